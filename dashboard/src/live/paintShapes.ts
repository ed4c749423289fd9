import type { Shape } from "../api/deployments";
import { PICTURE_COLOURS, type Tone } from "../meaning/tones";
import type { Area } from "./plates";

const LINE_PX = 1.5;
const CASING_PX = 3.5;
const DASH_PX = 6;
const FONT_PX = 12;
/** On narrower pictures names would hide what they name. */
const NAMES_FROM_PX = 480;

/**
 * Draws what owners have drawn: areas in a thin outline, excluded ones dashed, lines to be crossed.
 *
 * @param ratio Canvas pixels per CSS pixel.
 */
export function paintShapes(
  context: CanvasRenderingContext2D,
  picture: Area,
  shapes: readonly Shape[],
  ratio: number,
): void {
  context.save();
  context.lineJoin = "round";
  for (const shape of shapes) {
    const tone: Tone = shape.kind === "exclude" ? "quiet" : "notice";
    trace(context, picture, shape);
    if (shape.kind === "exclude") context.setLineDash([DASH_PX * ratio, DASH_PX * ratio]);
    stroke(context, "rgb(0 0 0 / 0.7)", CASING_PX * ratio);
    stroke(context, PICTURE_COLOURS[tone], LINE_PX * ratio);
    context.setLineDash([]);
    if (picture.w >= NAMES_FROM_PX * ratio) name(context, picture, shape, tone, ratio);
  }
  context.restore();
}

function trace(context: CanvasRenderingContext2D, picture: Area, shape: Shape): void {
  context.beginPath();
  for (const [x = 0, y = 0] of shape.points) {
    context.lineTo(picture.x + x * picture.w, picture.y + y * picture.h);
  }
  if (shape.kind !== "line") context.closePath();
}

function stroke(context: CanvasRenderingContext2D, colour: string, width: number): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}

function name(
  context: CanvasRenderingContext2D,
  picture: Area,
  shape: Shape,
  tone: Tone,
  ratio: number,
): void {
  const [x = 0, y = 0] = shape.points[0] ?? [];
  context.font = `600 ${FONT_PX * ratio}px system-ui, sans-serif`;
  context.textBaseline = "bottom";
  context.lineWidth = 3 * ratio;
  context.strokeStyle = "#000";
  context.fillStyle = PICTURE_COLOURS[tone];
  const at = [picture.x + x * picture.w + 4 * ratio, picture.y + y * picture.h - 2 * ratio] as const;
  context.strokeText(shape.name, ...at);
  context.fillText(shape.name, ...at);
}
