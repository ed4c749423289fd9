import type { Tone } from "../../meaning/tones";
import type { Ink } from "./ink";

/** What stands for a thing on the map: its kind by the frame, its tone by colour and shape. */
export type Kind = "camera" | "event" | "incident";

export const RATIO = 2;
const SIZE: Record<Kind, number> = { camera: 22, event: 18, incident: 26 };
const MIDDLE: Record<Kind, number> = { camera: 5, event: 7.5, incident: 6 };
const TONES = ["good", "major", "notice", "quiet", "critical"] as const;
const KINDS = ["camera", "event", "incident"] as const;

export const iconName = (kind: Kind, tone: Tone): string => `${kind}-${tone}`;

/** Every icon of the theme, by name. */
export function drawIcons(ink: Ink): Map<string, HTMLCanvasElement> {
  const icons = KINDS.flatMap((kind) =>
    TONES.map((tone) => [iconName(kind, tone), draw(kind, tone, ink)] as const),
  );
  return new Map(icons);
}

function draw(kind: Kind, tone: Tone, ink: Ink): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const size = SIZE[kind];
  canvas.width = canvas.height = size * RATIO;
  const pen = canvas.getContext("2d");
  if (!pen) return canvas;
  pen.scale(RATIO, RATIO);
  pen.translate(size / 2, size / 2);
  pen.lineJoin = pen.lineCap = "round";
  if (kind !== "event") frame(pen, kind, size / 2 - 1.5, ink, ink[tone]);
  trace(pen, tone, MIDDLE[kind]);
  if (kind === "event") {
    pen.strokeStyle = ink.ground;
    pen.lineWidth = 4;
    pen.stroke();
  }
  pen.fillStyle = pen.strokeStyle = ink[tone];
  pen.lineWidth = 2;
  if (tone === "good" || tone === "quiet") pen.stroke();
  else pen.fill();
  return canvas;
}

/** A camera is a square, an incident a ring; an event stands for itself. */
function frame(
  pen: CanvasRenderingContext2D,
  kind: Kind,
  radius: number,
  ink: Ink,
  colour: string,
): void {
  pen.beginPath();
  if (kind === "camera") pen.roundRect(-radius, -radius, 2 * radius, 2 * radius, 4);
  else pen.arc(0, 0, radius, 0, 2 * Math.PI);
  pen.fillStyle = ink.panel;
  pen.fill();
  pen.strokeStyle = colour;
  pen.lineWidth = 2;
  pen.stroke();
}

/** The shape of a tone, as `meaning/tones.ts` has it in letters. */
function trace(pen: CanvasRenderingContext2D, tone: Tone, r: number): void {
  pen.beginPath();
  if (tone === "critical") {
    polygon(pen, [[0, -r], [r, r * 0.8], [-r, r * 0.8]]);
  } else if (tone === "major") {
    polygon(pen, [[0, -r], [r, 0], [0, r], [-r, 0]]);
  } else if (tone === "good") {
    pen.moveTo(-r * 0.8, 0);
    pen.lineTo(-r * 0.2, r * 0.65);
    pen.lineTo(r * 0.8, -r * 0.65);
  } else {
    pen.arc(0, 0, r * 0.85, 0, 2 * Math.PI);
    if (tone === "quiet") {
      pen.moveTo(-r * 0.6, r * 0.6);
      pen.lineTo(r * 0.6, -r * 0.6);
    }
  }
}

function polygon(pen: CanvasRenderingContext2D, corners: [number, number][]): void {
  for (const [x, y] of corners) pen.lineTo(x, y);
  pen.closePath();
}
