import type { Deployment } from "../../api/deployments";

export interface Deployed {
  deployments: number;
  cameras: number;
}

/** How often each scenario is deployed, and through how many different cameras. */
export function deployedBy(deployments: Deployment[]): Map<string, Deployed> {
  const cameras = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const { spec, camera_ids } of deployments) {
    const mine = cameras.get(spec.scenario) ?? new Set();
    for (const id of camera_ids) mine.add(id);
    cameras.set(spec.scenario, mine);
    counts.set(spec.scenario, (counts.get(spec.scenario) ?? 0) + 1);
  }
  return new Map(
    [...counts].map(([scenario, count]) => [
      scenario,
      { deployments: count, cameras: cameras.get(scenario)?.size ?? 0 },
    ]),
  );
}
