import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { clock } from "../../i18n/time";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { LiveTile } from "../../live/LiveTile";
import { severityTone } from "../../meaning/severityTone";
import { Mark } from "../../parts/Mark";
import classes from "./AlarmSlot.module.css";
import { FULL_FPS } from "./fps";
import type { Overlay } from "./Tiles";
import type { Forward } from "./useAlarms";

/** The one place where an alarm's tile comes forward; it is always there, so nothing shifts. */
export function AlarmSlot(props: {
  alarm: Forward;
  camera: Camera | undefined;
  overlay: Overlay;
  onOpen: (event: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { alarm, camera, overlay, onOpen } = props;
  const { event, waiting } = alarm;
  if (!event || !camera) {
    return (
      <section className={classes.slot} aria-label={t("wall.alarm")} data-quiet>
        <p className={classes.none}>{t("wall.noAlarm")}</p>
      </section>
    );
  }
  return (
    <section
      className={classes.slot}
      aria-label={t("wall.alarm")}
      data-tone={severityTone(event.severity)}
      data-alarm-event={event.id}
    >
      <LiveTile
        key={camera.id}
        camera={camera}
        boxes={overlay.boxes}
        shapes={overlay.shapes.get(camera.id)}
        fps={FULL_FPS}
      />
      <div className={classes.words} role="status">
        <Mark tone={severityTone(event.severity)}>
          {inLanguage(language, event.scenario_title_zh, event.scenario_title_en)}
        </Mark>
        <span>{clock(language, event.opened_at)}</span>
      </div>
      <div className={classes.actions}>
        <span>{waiting > 0 && t("wall.moreAlarms", { count: waiting })}</span>
        <Button size="compact-sm" variant="default" onClick={() => onOpen(event.id)}>
          {t("wall.openEvent")}
        </Button>
        <Button size="compact-sm" onClick={alarm.acknowledge}>
          {t("wall.acknowledge")}
        </Button>
      </div>
    </section>
  );
}
