import type { Camera } from "../api/cameras";
import type { LiveState } from "./protocol";

/** How a tile stands: one word for its look, and what there is to say about it. */
export interface TileState {
  kind: "connecting" | "live" | "late" | "degraded" | "away";
  /** The camera's state in the platform's word, such as `offline`. */
  state: string;
  /** Since when it is so, where that is known. */
  since?: string;
  /** Why it is so, as the platform says it. */
  why?: { reason: string | null; message: string | null };
  /** Seconds since the newest picture, when that is longer than it should be. */
  lateS?: number;
}

const LATE_S = 3;

/** How often a picture is due. */
function secondsBetween({ spec }: Camera): number {
  return spec.kind === "snapshot" ? spec.poll_s : 1 / spec.analysed_fps;
}

/**
 * What a tile shows of its camera.
 *
 * @param told What came with the pictures, newer than `camera`; undefined before it came.
 * @param age Seconds since the newest picture; undefined before the first.
 */
export function tileState(
  camera: Camera,
  told: LiveState | undefined,
  age: number | undefined,
): TileState {
  const { status } = camera;
  const { state, reason, message } = told?.state ? { ...told, state: told.state } : status;
  const why = reason || message ? { reason, message } : undefined;
  const since = status.state === state ? status.since : undefined;
  if (state === "registered" || state === "probing") return { kind: "connecting", state, why };
  if (state !== "online" && state !== "degraded") return { kind: "away", state, since, why };
  if (age === undefined) return { kind: "connecting", state };

  const late = age > Math.max(LATE_S, 2 * secondsBetween(camera));
  const lateS = late ? age : undefined;
  if (state === "degraded") return { kind: "degraded", state, since, why, lateS };
  return { kind: late ? "late" : "live", state, lateS };
}
