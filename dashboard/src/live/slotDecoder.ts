import type { LiveBox, PictureMessage } from "./protocol";

export interface Picture {
  bitmap: ImageBitmap;
  boxes: LiveBox[];
  capturedMs: number;
}

/** One decode at a time, with only the newest picture waiting. */
export class SlotDecoder {
  #busy = false;
  #waiting: PictureMessage | undefined;

  constructor(
    private readonly show: (picture: Picture) => void,
    private readonly done: (message: PictureMessage) => void,
  ) {}

  /** `done` is called once for every picture offered, shown or not. */
  offer(message: PictureMessage): void {
    if (!this.#busy) {
      void this.#decode(message);
      return;
    }
    if (this.#waiting) this.done(this.#waiting);
    this.#waiting = message;
  }

  async #decode(message: PictureMessage): Promise<void> {
    this.#busy = true;
    const { boxes, capturedMs } = message;
    try {
      const bitmap = await createImageBitmap(new Blob([message.jpeg], { type: "image/jpeg" }));
      this.show({ bitmap, boxes, capturedMs });
    } catch {
      // A picture cut short: the next one is under way.
    }
    this.done(message);
    this.#busy = false;
    const next = this.#waiting;
    this.#waiting = undefined;
    if (next) void this.#decode(next);
  }
}
