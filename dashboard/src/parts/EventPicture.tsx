import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Event, evidenceUrl } from "../api/events";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { contain, type LabelledBox, paintBoxes } from "../live/paintBoxes";
import { classTone } from "../meaning/classTone";
import classes from "./EventPicture.module.css";
import { useClassNames } from "./useClassNames";
import { useMay } from "./useMay";

/** The whole picture of an event, with boxes around what took part. */
export function EventPicture(props: { event: Event }) {
  const { event } = props;
  const { t } = useTranslation();
  const language = useLanguage();
  const classNames = useClassNames(event.algorithms);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [loaded, setLoaded] = useState<string>();
  const may = useMay()("evidence.read");
  const url = may ? evidenceUrl(event, "snapshot") : undefined;
  const { width_px, height_px } = event.frame;
  const scenario = inLanguage(language, event.scenario_title_zh, event.scenario_title_en);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const boxes = event.objects.map((object): LabelledBox => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = object.box;
      const label = classNames(object.class_name);
      return { x: x1, y: y1, w: x2 - x1, h: y2 - y1, label, tone: classTone(object.class_name) };
    });
    const resize = new ResizeObserver(() => drawOver(element, boxes));
    resize.observe(element);
    return () => resize.disconnect();
  }, [event, classNames]);

  return (
    <div
      className={classes.frame}
      style={{
        aspectRatio: `${width_px} / ${height_px}`,
        maxWidth: `calc(72vh * ${width_px / height_px})`,
      }}
      data-loaded={url !== undefined && loaded === url}
    >
      {url ? (
        <img
          src={url}
          alt={t("events.pictureOf", { scenario, camera: event.camera.name })}
          onLoad={() => setLoaded(url)}
        />
      ) : (
        <span className={classes.pending}>{t(may ? "events.picturePending" : "events.noPictures")}</span>
      )}
      <canvas ref={canvas} className={classes.boxes} aria-hidden />
    </div>
  );
}

function drawOver(canvas: HTMLCanvasElement, boxes: LabelledBox[]): void {
  const ratio = window.devicePixelRatio;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
  const context = canvas.getContext("2d");
  const whole = contain(canvas.width, canvas.height, canvas.width, canvas.height);
  if (context) paintBoxes(context, whole, boxes, ratio);
}
