import { api, unwrap } from "./client";

/** Asks the platform's network for ONVIF cameras; takes seconds. */
export async function discoverCameras() {
  return (await unwrap(api.POST("/api/v1/camera-discoveries"))).items;
}

export type Discovered = Awaited<ReturnType<typeof discoverCameras>>[number];
