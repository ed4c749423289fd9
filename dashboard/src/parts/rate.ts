/** Frames a second with one decimal where it says something. */
export function rate(fps: number | null | undefined): string {
  if (fps === null || fps === undefined) return "–";
  return fps >= 10 || Number.isInteger(fps) ? fps.toFixed(0) : fps.toFixed(1);
}
