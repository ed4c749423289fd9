import type { Tone } from "./tones";

const TONES: Record<string, Tone> = {
  approved: "good",
  accepted: "good",
  done: "good",
  live: "good",
  decided: "good",
  canary: "notice",
  shadow: "notice",
  checking: "notice",
  running: "notice",
  open: "notice",
  failed: "major",
  rejected: "major",
  rolling_back: "major",
  revoked: "major",
};

/** Versions, submissions, rollouts, challenges and runs; what waits or is over is quiet. */
export function jobTone(state: string): Tone {
  return TONES[state] ?? "quiet";
}
