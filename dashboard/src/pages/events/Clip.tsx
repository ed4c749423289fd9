import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Event, type Evidence } from "../../api/events";
import { problemOf } from "../../api/problem";
import { contain, paintBoxes } from "../../live/paintBoxes";
import { classTone } from "../../meaning/classTone";
import picture from "../../parts/EventPicture.module.css";
import { ProblemNote } from "../../parts/ProblemNote";
import { useClassNames } from "../../parts/useClassNames";
import classes from "./Clip.module.css";
import { boxAt } from "./clipTime";

/** Before, during and after: scrubbed with its boxes, which are data and not in the clip. */
export function Clip(props: { event: Event; clip: Evidence; video: RefObject<HTMLVideoElement | null> }) {
  const { t } = useTranslation();
  const { event, clip, video } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failed, setFailed] = useState(false);
  const classNames = useClassNames(event.algorithms);
  const { width_px, height_px } = event.frame;
  // The element says only that it failed; the platform says why.
  const reason = useQuery({
    queryKey: ["clip problem", clip.url],
    enabled: failed,
    gcTime: 0,
    retry: false,
    queryFn: async () => {
      const answer = await fetch(clip.url, { headers: { Range: "bytes=0-0" } });
      if (!answer.ok) throw problemOf(answer.status, await answer.json().catch(() => undefined));
      return true;
    },
  });

  useEffect(() => {
    const player = video.current;
    const over = canvas.current;
    if (!player || !over) return;
    let asked = 0;
    function draw(_: number, frame: VideoFrameCallbackMetadata): void {
      paint(over!, boxAt(event, clip.opened_s ?? 0, frame.mediaTime));
      asked = player!.requestVideoFrameCallback(draw);
    }
    function paint(target: HTMLCanvasElement, box: number[] | undefined): void {
      const ratio = window.devicePixelRatio;
      target.width = Math.round(target.clientWidth * ratio);
      target.height = Math.round(target.clientHeight * ratio);
      const context = target.getContext("2d");
      const name = event.objects[0]?.class_name;
      if (!context || !box || !name) return;
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box;
      const area = contain(width_px, height_px, target.width, target.height);
      const shown = { x: x1, y: y1, w: x2 - x1, h: y2 - y1, label: classNames(name) };
      paintBoxes(context, area, [{ ...shown, tone: classTone(name) }], ratio);
    }
    asked = player.requestVideoFrameCallback(draw);
    return () => player.cancelVideoFrameCallback(asked);
  }, [event, clip.opened_s, video, classNames, width_px, height_px]);

  return (
    <>
      <div
        className={picture.frame}
        style={{
          aspectRatio: `${width_px} / ${height_px}`,
          maxWidth: `calc(60vh * ${width_px / height_px})`,
        }}
      >
        <video
          ref={video}
          className={classes.video}
          src={`${clip.url}#t=${(clip.opened_s ?? 0) + 0.001}`}
          aria-label={t("review.clipOf", { camera: event.camera.name })}
          controls
          muted
          playsInline
          preload="auto"
          onError={() => setFailed(true)}
        />
        <canvas ref={canvas} className={picture.boxes} aria-hidden />
      </div>
      <ProblemNote
        error={failed ? reason.error : null}
        onRetry={() => {
          setFailed(false);
          video.current?.load();
        }}
      />
    </>
  );
}
