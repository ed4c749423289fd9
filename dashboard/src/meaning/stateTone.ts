import type { Tone } from "./tones";

const TONES: Record<string, Tone> = {
  online: "good",
  degraded: "major",
  probing: "notice",
  registered: "notice",
};

/** A camera's state; offline and disabled are quiet: red is kept for events. */
export function stateTone(state: string): Tone {
  return TONES[state] ?? "quiet";
}
