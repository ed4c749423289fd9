import type { Deployment, Shape } from "../../api/deployments";

/** What is drawn already for a camera, in whichever deployment; each name once. */
export function knownShapes(cameraId: string, deployments: Deployment[]): Shape[] {
  const found = new Map<string, Shape>();
  for (const { spec, camera_ids } of deployments) {
    if (!camera_ids.includes(cameraId)) continue;
    for (const shape of spec.zones_by_camera[cameraId] ?? spec.zones) {
      if (!found.has(shape.name)) found.set(shape.name, shape);
    }
  }
  return [...found.values()];
}
