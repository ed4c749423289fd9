import { type RefObject, useEffect, useRef, useState } from "react";
import type { Shape } from "../api/deployments";
import { useLanguage } from "../i18n/useLanguage";
import { live } from "./connection";
import type { LiveState } from "./protocol";
import { TileCanvas } from "./tileCanvas";
import { useOnScreen } from "./useOnScreen";
import { usePictureWidth } from "./usePictureWidth";

export interface Wish {
  /** Draw boxes and trails. */
  boxes: boolean;
  /** Zones and lines to draw; give the same array while they are the same. */
  shapes: readonly Shape[];
  /** Pictures a second. */
  fps: number;
}

export interface LivePictures {
  canvas: RefObject<HTMLCanvasElement | null>;
  /** What the platform says about the camera; undefined before it said anything. */
  state: LiveState | undefined;
  /** Seconds since the newest picture came; undefined before the first. */
  age: number | undefined;
}

/** Streams one camera onto a canvas while that canvas is on the screen. */
export function useLivePictures(camera: string, { boxes, shapes, fps }: Wish): LivePictures {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<TileCanvas>(undefined);
  const arrived = useRef<number>(undefined);
  const [state, setState] = useState<LiveState>();
  const [age, setAge] = useState<number>();
  const language = useLanguage();
  const onScreen = useOnScreen(canvas);
  const width = usePictureWidth(canvas);

  useEffect(() => {
    if (!canvas.current) return;
    painter.current = new TileCanvas(canvas.current);
    return () => painter.current?.dispose();
  }, []);

  useEffect(
    () => painter.current?.setLook({ language, boxes, shapes }),
    [language, boxes, shapes],
  );

  useEffect(() => {
    if (!onScreen || width === undefined) return;
    return live.watch({
      camera,
      width,
      fps,
      onPicture: (picture) => {
        if (arrived.current === undefined) setAge(0);
        arrived.current = performance.now();
        painter.current?.show(picture);
      },
      onState: setState,
    });
  }, [camera, onScreen, width, fps]);

  useEffect(() => {
    const timer = window.setInterval(() => {
      if (arrived.current === undefined) return;
      setAge(Math.floor((performance.now() - arrived.current) / 1000));
    }, 1000);
    return () => window.clearInterval(timer);
  }, []);

  return { canvas, state, age };
}
