import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Facts } from "../../parts/Facts";
import { rate } from "../../parts/rate";
import { StateMark } from "../../parts/StateMark";
import { useReason } from "../../parts/useReason";

export function CameraFacts(props: { camera: Camera }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reason = useReason();
  const { spec, status } = props.camera;
  const why = reason(status);
  // The platform's own sentence says more than the reason: which file, which answer.
  const detail = status.message && status.message !== why ? status.message : undefined;

  return (
    <Facts
      facts={[
        [t("camera.state"), <StateMark key="state" state={status.state} />],
        [t("cameras.reason"), why ? [why, detail].filter(Boolean).join(" · ") : undefined],
        [t("cameras.since"), clock(language, status.since)],
        [t("camera.retries"), status.retries || undefined],
        [t("camera.address"), spec.url],
        [t("camera.kind"), t(`kind.${spec.kind}`)],
        [
          t("cameras.size"),
          status.width_px ? `${status.width_px} × ${status.height_px}` : undefined,
        ],
        [
          t("camera.source"),
          status.source_fps ? t("camera.perSecond", { fps: rate(status.source_fps) }) : undefined,
        ],
        [
          t("camera.analysed"),
          t("camera.ofWanted", {
            fps: rate(status.analysed_fps ?? 0),
            wanted: rate(spec.analysed_fps),
          }),
        ],
        [
          t("camera.lastPicture"),
          status.last_frame_at ? clock(language, status.last_frame_at) : undefined,
        ],
      ]}
    />
  );
}
