import { type RefObject, useEffect, useState } from "react";

/** An element that leaves the screen counts as seen this long, in case it comes back. */
const GRACE_MS = 5_000;

export function useOnScreen(ref: RefObject<HTMLElement | null>): boolean {
  const [onScreen, setOnScreen] = useState(false);
  useEffect(() => {
    if (!ref.current) return;
    let leaving: number | undefined;
    const observer = new IntersectionObserver(([entry]) => {
      window.clearTimeout(leaving);
      if (entry?.isIntersecting) setOnScreen(true);
      else leaving = window.setTimeout(() => setOnScreen(false), GRACE_MS);
    });
    observer.observe(ref.current);
    return () => {
      window.clearTimeout(leaving);
      observer.disconnect();
    };
  }, [ref]);
  return onScreen;
}
