import { classTone } from "../meaning/classTone";
import { contain, type LabelledBox, paintBoxes } from "./paintBoxes";
import type { ClassLabel } from "./protocol";
import type { Picture } from "./slotDecoder";

/** Draws one camera's newest picture with its boxes; outside React, thirty times a second if need be. */
export class TileCanvas {
  #picture: Picture | undefined;
  #classes: ClassLabel[] = [];
  #language: "zh" | "en" = "en";
  #boxes = true;
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
    this.#paint();
  }

  setClasses(classes: ClassLabel[]): void {
    this.#classes = classes;
    this.#paint();
  }

  setLook(language: "zh" | "en", boxes: boolean): void {
    this.#language = language;
    this.#boxes = boxes;
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
    const { bitmap } = this.#picture;
    const { width, height } = this.canvas;
    const area = contain(bitmap.width, bitmap.height, width, height);
    this.#context.clearRect(0, 0, width, height);
    this.#context.drawImage(bitmap, area.x, area.y, area.w, area.h);
    if (this.#boxes) paintBoxes(this.#context, area, this.#labelled(), window.devicePixelRatio);
  }

  #labelled(): LabelledBox[] {
    return (this.#picture?.boxes ?? []).map((box) => {
      const label = this.#classes[box.classIndex];
      return { ...box, label: label?.[this.#language] ?? "?", tone: classTone(label?.key ?? "") };
    });
  }
}
