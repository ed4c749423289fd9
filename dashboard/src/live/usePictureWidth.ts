import { type RefObject, useEffect, useState } from "react";

/** The widths in which the platform makes pictures. */
const WIDTHS_PX = [320, 480, 640, 1280];

/** The narrowest of these widths that fills an element; undefined before it is on the page. */
export function usePictureWidth(ref: RefObject<HTMLElement | null>): number | undefined {
  const [width, setWidth] = useState<number>();
  useEffect(() => {
    if (!ref.current) return;
    const element = ref.current;
    const observer = new ResizeObserver(() => {
      const needed = element.clientWidth * window.devicePixelRatio;
      setWidth(WIDTHS_PX.find((each) => each >= needed) ?? WIDTHS_PX.at(-1));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
