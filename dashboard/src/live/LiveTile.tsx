import { useTranslation } from "react-i18next";
import type { Camera } from "../api/cameras";
import { Mark } from "../parts/Mark";
import { StateMark } from "../parts/StateMark";
import classes from "./LiveTile.module.css";
import { useLivePictures } from "./useLivePictures";

const LATE_S = 3;

/** How often a picture is due. */
function secondsBetween({ spec }: Camera): number {
  return spec.kind === "snapshot" ? spec.poll_s : 1 / spec.analysed_fps;
}

/** One camera: its live picture with boxes, its name, its state. Keyed by the camera's id. */
export function LiveTile(props: { camera: Camera; boxes: boolean }) {
  const { t } = useTranslation();
  const { camera, boxes } = props;
  const { canvas, state: told, age } = useLivePictures(camera.id, boxes);
  const { state, reason } = told?.state ? { ...told, state: told.state } : camera.status;
  const running = state === "online" || state === "degraded";
  const late = age !== undefined && age > Math.max(LATE_S, 2 * secondsBetween(camera));

  return (
    <figure className={classes.tile} data-live={age !== undefined} data-camera={camera.name}>
      <canvas ref={canvas} className={running ? undefined : classes.old} />
      {!running && (
        <div className={classes.middle}>
          <StateMark state={state} plate />
          {reason && <span className={classes.reason}>{t(`reason.${reason}`, reason)}</span>}
        </div>
      )}
      {running && age === undefined && (
        <div className={classes.middle}>
          <span className={classes.reason}>{t("wall.waiting")}</span>
        </div>
      )}
      <figcaption className={classes.caption}>
        <span className={classes.name}>{camera.name}</span>
        {running && late && (
          <Mark tone="major" plate>
            {t("wall.late", { seconds: age })}
          </Mark>
        )}
        {running && <StateMark state={state} plate />}
      </figcaption>
    </figure>
  );
}
