import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../api/cameras";
import type { Shape } from "../api/deployments";
import { minute } from "../i18n/time";
import { useLanguage } from "../i18n/useLanguage";
import { Mark } from "../parts/Mark";
import { StateMark } from "../parts/StateMark";
import { useReason } from "../parts/useReason";
import classes from "./LiveTile.module.css";
import { tileState } from "./tileState";
import { useLivePictures } from "./useLivePictures";

const NO_SHAPES: readonly Shape[] = [];
const USUAL_FPS = 10;

/** One camera: its live picture with what was seen in it, its name, its state. Keyed by the camera's id. */
export const LiveTile = memo(function LiveTile(props: {
  camera: Camera;
  boxes: boolean;
  shapes?: readonly Shape[];
  fps?: number;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reasonOf = useReason();
  const { camera, boxes, shapes = NO_SHAPES, fps = USUAL_FPS } = props;
  const { canvas, state: told, age } = useLivePictures(camera.id, { boxes, shapes, fps });
  const { kind, state, since, why, lateS } = tileState(camera, told, age);
  const reason = why && reasonOf(why);
  const old = kind === "away" || kind === "connecting";

  return (
    <figure
      className={classes.tile}
      data-live={age !== undefined}
      data-state={kind}
      data-camera={camera.name}
    >
      <canvas ref={canvas} className={old ? classes.old : undefined} />
      {old && (
        <div className={classes.middle}>
          {kind === "away" || state !== "online" ? (
            <StateMark state={state} plate />
          ) : (
            <span className={classes.reason}>{t("live.waiting")}</span>
          )}
          {since && (
            <span className={classes.reason}>
              {t("live.since", { time: minute(language, since) })}
            </span>
          )}
          {reason && <span className={classes.reason}>{reason}</span>}
        </div>
      )}
      {(kind === "degraded" || kind === "late") && (
        <div className={classes.trouble}>
          {kind === "degraded" && (
            <Mark tone="major" plate>
              {reason ?? t("state.degraded")}
            </Mark>
          )}
          {lateS !== undefined && (
            <Mark tone="major" plate>
              {t("live.late", { seconds: lateS })}
            </Mark>
          )}
        </div>
      )}
      <figcaption className={classes.caption}>
        <span className={classes.name}>{camera.name}</span>
        {camera.spec.privacy_areas.length > 0 && (
          <span className={classes.reason}>▨ {t("live.privacy")}</span>
        )}
        {!old && (
          <span className={classes.state}>
            <StateMark state={state} plate />
          </span>
        )}
      </figcaption>
    </figure>
  );
});
