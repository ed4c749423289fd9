import type { Shape } from "../api/deployments";
import { classTone } from "../meaning/classTone";
import type { Tone } from "../meaning/tones";
import { contain, type LabelledBox, paintBoxes } from "./paintBoxes";
import { paintShapes } from "./paintShapes";
import { paintTrail } from "./paintTrail";
import type { ClassLabel, LiveBox } from "./protocol";
import type { Picture } from "./slotDecoder";
import { Trails } from "./trails";

/** On narrower pictures only what is critical has a label: others would hide the picture. */
const SMALL_PX = 300;

export interface Look {
  language: "zh" | "en";
  /** Boxes, and the trails of what they are around. */
  boxes: boolean;
  /** Zones and lines of the scenarios that look through the camera. */
  shapes: readonly Shape[];
}

/** Draws one camera's newest picture with what was seen in it; outside React, thirty times a second if need be. */
export class TileCanvas {
  #picture: Picture | undefined;
  #look: Look = { language: "en", boxes: true, shapes: [] };
  readonly #trails = new Trails();
  readonly #context: CanvasRenderingContext2D;
  readonly #resize: ResizeObserver;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser gives no 2D canvas; use a current one");
    this.#context = context;
    this.#resize = new ResizeObserver(() => this.#fit());
    this.#resize.observe(canvas);
  }

  show(picture: Picture): void {
    this.#picture?.bitmap.close();
    this.#picture = picture;
    this.#trails.add(picture.boxes, picture.capturedMs);
    this.#paint();
  }

  setLook(look: Look): void {
    this.#look = look;
    this.#paint();
  }

  dispose(): void {
    this.#resize.disconnect();
    this.#picture?.bitmap.close();
    this.#picture = undefined;
  }

  #fit(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.canvas.width = Math.round(clientWidth * window.devicePixelRatio);
    this.canvas.height = Math.round(clientHeight * window.devicePixelRatio);
    this.#paint();
  }

  #paint(): void {
    if (!this.#picture) return;
    const { bitmap, boxes, classes } = this.#picture;
    const { width, height } = this.canvas;
    const area = contain(bitmap.width, bitmap.height, width, height);
    this.#context.clearRect(0, 0, width, height);
    this.#context.drawImage(bitmap, area.x, area.y, area.w, area.h);
    const ratio = window.devicePixelRatio;
    paintShapes(this.#context, area, this.#look.shapes, ratio);
    if (!this.#look.boxes) return;
    for (const box of boxes) {
      paintTrail(this.#context, area, this.#trails.of(box.track), toneOf(box, classes), ratio);
    }
    const small = area.w < SMALL_PX * ratio;
    const labelled = boxes.map((box): LabelledBox => {
      const tone = toneOf(box, classes);
      const label = classes[box.classIndex]?.[this.#look.language] ?? "?";
      return { ...box, tone, label: small && tone !== "critical" ? "" : label };
    });
    paintBoxes(this.#context, area, labelled, ratio);
  }
}

function toneOf({ classIndex }: LiveBox, classes: ClassLabel[]): Tone {
  return classTone(classes[classIndex]?.key ?? "");
}
