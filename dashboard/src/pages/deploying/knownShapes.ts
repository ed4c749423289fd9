import type { Deployment, Shape } from "../../api/deployments";

export interface KnownShape {
  shape: Shape;
  /** The scenario of the deployment that it is drawn in. */
  scenario: string;
}

/** What is drawn already for a camera, in whichever deployment; each name once. */
export function knownShapes(cameraId: string, deployments: Deployment[]): KnownShape[] {
  const found = new Map<string, KnownShape>();
  for (const { spec, camera_ids } of deployments) {
    if (!camera_ids.includes(cameraId)) continue;
    for (const shape of spec.zones_by_camera[cameraId] ?? spec.zones) {
      if (!found.has(shape.name)) found.set(shape.name, { shape, scenario: spec.scenario });
    }
  }
  return [...found.values()];
}
