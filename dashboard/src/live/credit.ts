/**
 * How many pictures the platform may have under way to us. Measured: on a slow machine fewer
 * pictures under way come sooner *and* more often.
 */
export const FULL_CREDIT = 8;
export const LOW_CREDIT = 4;

const SLOW_MS = 500;
const FAST_MS = 250;
const SAMPLES = 100;

/** Watches how late pictures are and says which credit fits. */
export class CreditGovernor {
  #credit = FULL_CREDIT;
  #delays: number[] = [];
  #best = new Map<number, number>();

  get credit(): number {
    return this.#credit;
  }

  /**
   * Takes note of one picture on the screen.
   *
   * Cameras' clocks differ from ours, so a picture counts as late against the quickest one of
   * its slot, not against the clock.
   *
   * @returns Whether the credit changed.
   */
  shown(slot: number, capturedMs: number, nowMs: number): boolean {
    const offset = nowMs - capturedMs;
    const best = Math.min(offset, this.#best.get(slot) ?? offset);
    this.#best.set(slot, best);
    this.#delays.push(offset - best);
    if (this.#delays.length < SAMPLES) return false;

    const late = percentile95(this.#delays);
    this.#delays = [];
    const before = this.#credit;
    if (late > SLOW_MS) this.#credit = LOW_CREDIT;
    else if (late < FAST_MS) this.#credit = FULL_CREDIT;
    return this.#credit !== before;
  }

  /** A slot starts afresh: another camera, or the first picture after a pause. */
  forget(slot: number): void {
    this.#best.delete(slot);
  }
}

function percentile95(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}
