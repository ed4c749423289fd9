import type { LiveBox } from "./protocol";

/** A trail shows where a thing was during this time. */
export const TRAIL_MS = 3_000;

/** More things than this leave no trail: a crowd would be a scribble. */
const MOST = 60;

export interface TrailPoint {
  x: number;
  y: number;
  atMs: number;
}

/** Where the tracked things of one camera were lately, as fractions 0–1 of the picture. */
export class Trails {
  #byTrack = new Map<number, TrailPoint[]>();

  /** Takes in the boxes of a picture; a thing stands where its box touches the ground. */
  add(boxes: readonly LiveBox[], atMs: number): void {
    for (const [track, points] of this.#byTrack) {
      const young = points.filter((point) => atMs - point.atMs <= TRAIL_MS && point.atMs <= atMs);
      if (young.length > 0) this.#byTrack.set(track, young);
      else this.#byTrack.delete(track);
    }
    for (const { track, x, y, w, h } of boxes) {
      const points = this.#byTrack.get(track);
      const point = { x: x + w / 2, y: y + h, atMs };
      if (points) points.push(point);
      else if (this.#byTrack.size < MOST) this.#byTrack.set(track, [point]);
    }
  }

  /** Oldest point first; nothing for a thing that was seen once. */
  of(track: number): readonly TrailPoint[] {
    const points = this.#byTrack.get(track) ?? [];
    return points.length > 1 ? points : [];
  }

  get size(): number {
    return this.#byTrack.size;
  }
}
