import { PICTURE_COLOURS, SHAPES, type Tone } from "../meaning/tones";
import { type Area, placePlate } from "./plates";

/** A box in fractions 0–1 of the picture, with what its plate says; without a label it has none. */
export interface LabelledBox {
  x: number;
  y: number;
  w: number;
  h: number;
  label: string;
  tone: Tone;
}

const LINE_PX = 2;
const CASING_PX = 4;
const FONT_PX = 12;
const PLATE_PX = 18;
const PADDING_PX = 4;

/** The largest area of the picture's shape within the canvas, centred. */
export function contain(pictureW: number, pictureH: number, canvasW: number, canvasH: number): Area {
  const scale = Math.min(canvasW / pictureW, canvasH / pictureH);
  const w = pictureW * scale;
  const h = pictureH * scale;
  return { x: (canvasW - w) / 2, y: (canvasH - h) / 2, w, h };
}

/**
 * Draws boxes over a picture: colour on a black casing, labels on black plates, so that they
 * read on bright and on dark pictures. What matters most lies on top and places its label first.
 *
 * @param ratio Canvas pixels per CSS pixel.
 */
export function paintBoxes(
  context: CanvasRenderingContext2D,
  picture: Area,
  boxes: LabelledBox[],
  ratio: number,
): void {
  const weight = ({ tone }: LabelledBox) => Number(tone === "critical");
  const placed = boxes
    .toSorted((a, b) => weight(b) - weight(a))
    .map((box) => ({ box, area: onCanvas(box, picture) }));
  for (const { box, area } of placed.toReversed()) outline(context, area, box.tone, ratio);

  context.textBaseline = "middle";
  context.font = `600 ${FONT_PX * ratio}px system-ui, "Noto Sans CJK SC", sans-serif`;
  const taken: Area[] = [];
  for (const { box, area } of placed) {
    if (!box.label) continue;
    const text = `${SHAPES[box.tone]} ${box.label}`;
    const width = context.measureText(text).width + 2 * PADDING_PX * ratio;
    const plate = placePlate(area, width, PLATE_PX * ratio, picture, taken);
    if (!plate) continue; // In a crowd the colour has to do.
    taken.push(plate);
    label(context, plate, text, box.tone, ratio);
  }
}

function onCanvas(box: LabelledBox, picture: Area): Area {
  return {
    x: picture.x + box.x * picture.w,
    y: picture.y + box.y * picture.h,
    w: box.w * picture.w,
    h: box.h * picture.h,
  };
}

function outline(context: CanvasRenderingContext2D, area: Area, tone: Tone, ratio: number): void {
  context.lineJoin = "round";
  context.strokeStyle = "#000";
  context.lineWidth = CASING_PX * ratio;
  context.strokeRect(area.x, area.y, area.w, area.h);
  context.strokeStyle = PICTURE_COLOURS[tone];
  context.lineWidth = LINE_PX * ratio;
  context.strokeRect(area.x, area.y, area.w, area.h);
}

function label(
  context: CanvasRenderingContext2D,
  plate: Area,
  text: string,
  tone: Tone,
  ratio: number,
): void {
  context.fillStyle = "rgb(0 0 0 / 0.82)";
  context.fillRect(plate.x, plate.y, plate.w, plate.h);
  context.fillStyle = PICTURE_COLOURS[tone];
  context.fillText(text, plate.x + PADDING_PX * ratio, plate.y + plate.h / 2 + ratio / 2);
}
