import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Rollout = components["schemas"]["RolloutDocument"];
export type SeenEvent = components["schemas"]["SeenEvent"];
export type RolloutChange = components["schemas"]["RolloutChange"];

const REFRESH_MS = 10_000;

/** Of one version, newest first, on whichever deployment. */
export const rolloutsQuery = (name: string, version: string) =>
  queryOptions({
    queryKey: ["rollouts", name, version],
    queryFn: async () => {
      const params = { path: { name, version } };
      const path = "/api/v1/algorithms/{name}/versions/{version}/rollouts";
      return (await unwrap(api.GET(path, { params }))).items;
    },
    refetchInterval: REFRESH_MS,
  });

export const agreementQuery = ({ deployment_id, id }: Rollout) =>
  queryOptions({
    queryKey: ["rollouts", deployment_id, id, "agreement"],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/deployments/{deployment_id}/rollouts/{rollout_id}/agreement", {
          params: { path: { deployment_id, rollout_id: id } },
        }),
      ),
    refetchInterval: REFRESH_MS * 3,
  });

/** Begins in shadow. */
export function startRollout(
  deployment_id: string,
  algorithm: string,
  reason: string,
): Promise<Rollout> {
  return unwrap(
    api.POST("/api/v1/deployments/{deployment_id}/rollouts", {
      params: { path: { deployment_id } },
      body: { algorithm, reason, canary: [10, 50] },
    }),
  );
}

export function moveRollout(rollout: Rollout, change: RolloutChange): Promise<Rollout> {
  const path = { deployment_id: rollout.deployment_id, rollout_id: rollout.id };
  const header = { "if-match": `"${rollout.revision}"` };
  return unwrap(
    api.PATCH("/api/v1/deployments/{deployment_id}/rollouts/{rollout_id}", {
      params: { path, header },
      body: change,
    }),
  );
}
