import type { Tone } from "./tones";

const TONES: Record<string, Tone> = { delivered: "good", waiting: "notice", failed: "major" };

/** How a message for another system stands. */
export function deliveryTone(state: string): Tone {
  return TONES[state] ?? "quiet";
}
