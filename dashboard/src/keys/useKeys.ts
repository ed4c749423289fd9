import { useEffect, useRef } from "react";
import { register, type Key } from "./registry";

/**
 * Registers keys while the calling part of the page is there and `on`.
 *
 * What they do may change from drawing to drawing; which they are may not.
 */
export function useKeys(keys: readonly Key[], on = true): void {
  const newest = useRef(keys);
  newest.current = keys;
  const presses = keys.map((key) => key.press).join("|");
  useEffect(() => {
    if (!on) return;
    const standing = newest.current.map((key, index) => ({
      ...key,
      run: () => newest.current[index]?.run(),
    }));
    return register(standing);
  }, [presses, on]);
}
