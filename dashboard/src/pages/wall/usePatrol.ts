import { useEffect, useRef } from "react";

/**
 * Turns to the next page when a page had its time.
 *
 * @param page Names the page that is shown: another one has its whole time.
 * @param seconds That it stays; undefined: the wall does not go on by itself now.
 */
export function usePatrol(page: string, seconds: number | undefined, next: () => void): void {
  const turn = useRef(next);
  turn.current = next;
  useEffect(() => {
    if (seconds === undefined) return;
    const timer = window.setTimeout(() => turn.current(), seconds * 1000);
    return () => window.clearTimeout(timer);
  }, [page, seconds]);
}
