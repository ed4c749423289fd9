import type { Grid } from "../../api/wallViews";

/** Pictures a second of an enlarged camera: all that there are. */
export const FULL_FPS = 25;
/** Of tiles that an enlarged one hides: enough to be there at once when it goes. */
export const HIDDEN_FPS = 1;

/** Pictures a second of a tile: the smaller it is, the fewer the eye misses. */
export function fpsOf(grid: Grid): number {
  if (grid === 1) return FULL_FPS;
  if (grid <= 9) return 10;
  return 5;
}
