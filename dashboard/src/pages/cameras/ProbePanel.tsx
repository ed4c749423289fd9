import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CameraProbe } from "../../api/cameraProbes";
import { Mark } from "../../parts/Mark";
import { ProblemNote } from "../../parts/ProblemNote";
import { rate } from "../../parts/rate";
import { useReason } from "../../parts/useReason";
import classes from "./ProbePanel.module.css";

/** What a look at the address gave: its picture and its codec, or why there is none. */
export function ProbePanel(props: {
  looking: boolean;
  found: CameraProbe | undefined;
  error: Error | null;
}) {
  const { t } = useTranslation();
  const reason = useReason();
  const { looking, found, error } = props;
  return (
    <section
      className={classes.panel}
      aria-label={t("cameraPages.picture")}
      aria-live="polite"
      aria-busy={looking}
    >
      {looking ? (
        <Text c="dimmed">{t("cameraPages.looking")}</Text>
      ) : error ? (
        <ProblemNote error={error} />
      ) : found?.picture ? (
        <>
          <img
            className={classes.picture}
            src={`data:image/jpeg;base64,${found.picture}`}
            alt={t("cameraPages.pictureOf")}
          />
          <Mark tone="good">{facts(found)}</Mark>
        </>
      ) : found ? (
        <>
          <Mark tone="major">{reason(found)}</Mark>
          <Text size="sm" c="dimmed">
            {found.message}
          </Text>
        </>
      ) : (
        <Text c="dimmed">{t("cameraPages.notLooked")}</Text>
      )}
    </section>
  );
}

const CODECS: Record<string, string> = { h264: "H.264", hevc: "H.265", mjpeg: "MJPEG", av1: "AV1" };

function facts({ codec, width_px, height_px, fps }: CameraProbe): string {
  const size = width_px && height_px ? `${width_px} × ${height_px}` : undefined;
  const speed = fps ? `${rate(fps)} fps` : undefined;
  return [codec && (CODECS[codec] ?? codec), size, speed].filter(Boolean).join(" · ");
}
