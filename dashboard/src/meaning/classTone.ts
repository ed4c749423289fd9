import type { Tone } from "./tones";

const TONES: Record<string, Tone> = {
  without_helmet: "critical",
  with_helmet: "good",
};

/** What seeing a thing of this class means: most things are simply there. */
export function classTone(key: string): Tone {
  return TONES[key] ?? "accent";
}
