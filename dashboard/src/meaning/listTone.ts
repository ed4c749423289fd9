import type { Tone } from "./tones";

const TONES: Record<string, Tone> = { current: "good", draft: "notice" };

/** A version of the responsibility list; one that is no longer in force is quiet. */
export function listTone(state: string): Tone {
  return TONES[state] ?? "quiet";
}
