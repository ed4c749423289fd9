import type { CameraKind } from "./cameras";
import { api, unwrap } from "./client";

/** Opens an address for some seconds: what is there, and a picture of it. */
export function probeCamera(url: string, kind: CameraKind | undefined) {
  return unwrap(api.POST("/api/v1/camera-probes", { body: { url, ...(kind && { kind }) } }));
}

export type CameraProbe = Awaited<ReturnType<typeof probeCamera>>;
