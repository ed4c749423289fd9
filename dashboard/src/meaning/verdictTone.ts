import type { Tone } from "./tones";

const TONES: Record<string, Tone> = { confirmed: "good", unsure: "unsure" };

/** What people said an event was; a false alarm and a repetition are quiet. */
export function verdictTone(verdict: string): Tone {
  return TONES[verdict] ?? "quiet";
}
