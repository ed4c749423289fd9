import type { Tone } from "./tones";

export type NodeStanding = "alive" | "draining" | "drained" | "gone";

const TONES: Record<NodeStanding, Tone> = {
  alive: "good",
  draining: "notice",
  drained: "quiet",
  gone: "major",
};

/** What a node is and what was asked of it, as one thing. */
export function standingOf(state: string, drained: boolean, cameras: number): NodeStanding {
  if (state === "gone") return "gone";
  if (!drained) return "alive";
  return cameras > 0 ? "draining" : "drained";
}

export function nodeTone(standing: NodeStanding): Tone {
  return TONES[standing];
}
