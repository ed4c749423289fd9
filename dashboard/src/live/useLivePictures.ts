import { type RefObject, useEffect, useRef, useState } from "react";
import { useLanguage } from "../i18n/useLanguage";
import { live } from "./connection";
import type { LiveState } from "./protocol";
import { TileCanvas } from "./tileCanvas";
import { useOnScreen } from "./useOnScreen";

const FPS = 10;

export interface LivePictures {
  canvas: RefObject<HTMLCanvasElement | null>;
  /** What the platform says about the camera; undefined before it said anything. */
  state: LiveState | undefined;
  /** Seconds since the newest picture came; undefined before the first. */
  age: number | undefined;
}

/** Streams one camera onto a canvas while that canvas is on the screen. */
export function useLivePictures(camera: string, boxes: boolean): LivePictures {
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<TileCanvas>(undefined);
  const arrived = useRef<number>(undefined);
  const [state, setState] = useState<LiveState>();
  const [age, setAge] = useState<number>();
  const language = useLanguage();
  const onScreen = useOnScreen(canvas);

  useEffect(() => {
    if (!canvas.current) return;
    painter.current = new TileCanvas(canvas.current);
    return () => painter.current?.dispose();
  }, []);

  useEffect(() => painter.current?.setLook(language, boxes), [language, boxes]);

  useEffect(() => {
    if (!onScreen || !canvas.current) return;
    return live.watch({
      camera,
      width: Math.round(canvas.current.clientWidth * window.devicePixelRatio),
      fps: FPS,
      onPicture: (picture) => {
        if (arrived.current === undefined) setAge(0);
        arrived.current = performance.now();
        painter.current?.show(picture);
      },
      onState: (next) => {
        setState(next);
        painter.current?.setClasses(next.classes);
      },
    });
  }, [camera, onScreen]);

  useEffect(() => {
    const timer = window.setInterval(() => {
      if (arrived.current === undefined) return;
      setAge(Math.floor((performance.now() - arrived.current) / 1000));
    }, 1000);
    return () => window.clearInterval(timer);
  }, []);

  return { canvas, state, age };
}
