import type { ClassLabel, LiveBox, PictureMessage } from "./protocol";

export interface Picture {
  bitmap: ImageBitmap;
  boxes: LiveBox[];
  /** What `classIndex` of these boxes counts into. */
  classes: ClassLabel[];
  capturedMs: number;
}

interface Offer {
  message: PictureMessage;
  classes: ClassLabel[];
}

/** One decode at a time, with only the newest picture waiting. */
export class SlotDecoder {
  #busy = false;
  #waiting: Offer | undefined;
  /** As the camera's last state said; of the pictures offered from now on. */
  classes: ClassLabel[] = [];

  constructor(
    private readonly show: (picture: Picture) => void,
    private readonly done: (message: PictureMessage) => void,
  ) {}

  /** `done` is called once for every picture offered, shown or not. */
  offer(message: PictureMessage): void {
    const offer = { message, classes: this.classes };
    if (!this.#busy) {
      void this.#decode(offer);
      return;
    }
    if (this.#waiting) this.done(this.#waiting.message);
    this.#waiting = offer;
  }

  async #decode({ message, classes }: Offer): Promise<void> {
    this.#busy = true;
    const { boxes, capturedMs } = message;
    try {
      const bitmap = await createImageBitmap(new Blob([message.jpeg], { type: "image/jpeg" }));
      this.show({ bitmap, boxes, classes, capturedMs });
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
