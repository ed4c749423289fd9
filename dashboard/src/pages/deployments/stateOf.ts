import type { Camera } from "../../api/cameras";
import type { Deployment } from "../../api/deployments";
import type { Tone } from "../../meaning/tones";

export type DeploymentState = "paused" | "broken" | "idle" | "waiting" | "degraded" | "running";

const SEEING = ["online", "degraded"];

/** How a deployment does, by itself and by its cameras. */
export function stateOf(deployment: Deployment, cameras: Camera[]): DeploymentState {
  if (!deployment.spec.enabled) return "paused";
  if (deployment.problem) return "broken";
  if (deployment.camera_ids.length === 0) return "idle";
  const states = cameras
    .filter(({ id }) => deployment.camera_ids.includes(id))
    .map(({ status }) => status.state);
  if (!states.some((state) => SEEING.includes(state))) return "waiting";
  return states.every((state) => state === "online") ? "running" : "degraded";
}

export const STATE_TONES: Record<DeploymentState, Tone> = {
  running: "good",
  degraded: "major",
  broken: "major",
  waiting: "notice",
  idle: "quiet",
  paused: "quiet",
};
