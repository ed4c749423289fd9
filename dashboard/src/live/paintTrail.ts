import { PICTURE_COLOURS, type Tone } from "../meaning/tones";
import type { Area } from "./plates";
import { TRAIL_MS, type TrailPoint } from "./trails";

const LINE_PX = 2;
const CASING_PX = 4;

/**
 * Draws where a thing came from, fainter the longer ago.
 *
 * @param trail Oldest point first.
 * @param ratio Canvas pixels per CSS pixel.
 */
export function paintTrail(
  context: CanvasRenderingContext2D,
  picture: Area,
  trail: readonly TrailPoint[],
  tone: Tone,
  ratio: number,
): void {
  const newest = trail.at(-1)?.atMs ?? 0;
  context.save();
  context.lineCap = "round";
  for (const [index, to] of trail.entries()) {
    const from = trail[index - 1];
    if (!from) continue;
    context.globalAlpha = Math.max(0.15, 1 - (newest - to.atMs) / TRAIL_MS);
    context.beginPath();
    context.moveTo(picture.x + from.x * picture.w, picture.y + from.y * picture.h);
    context.lineTo(picture.x + to.x * picture.w, picture.y + to.y * picture.h);
    context.strokeStyle = "#000";
    context.lineWidth = CASING_PX * ratio;
    context.stroke();
    context.strokeStyle = PICTURE_COLOURS[tone];
    context.lineWidth = LINE_PX * ratio;
    context.stroke();
  }
  context.restore();
}
