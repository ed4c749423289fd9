import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

const MOST = 500;

async function listDeployments() {
  const params = { query: { limit: MOST } };
  return (await unwrap(api.GET("/api/v1/deployments", { params }))).items;
}

export type Deployment = Awaited<ReturnType<typeof listDeployments>>[number];

export const deploymentsQuery = queryOptions({
  queryKey: ["deployments"],
  queryFn: listDeployments,
});

/** Sets a scenario to work on one camera, over the whole picture, by its own rule. */
export function deploy(
  cameraId: string,
  scenario: string,
  algorithm: string | null,
): Promise<Deployment> {
  const body = { scenario, algorithm, camera_ids: [cameraId], zones: [], rule: {}, enabled: true };
  return unwrap(api.POST("/api/v1/deployments", { body }));
}

/** Takes a camera out of a deployment, which then names its cameras; one without others ends. */
export function withdraw(cameraId: string, deployment: Deployment): Promise<unknown> {
  const { id } = deployment;
  const camera_ids = deployment.camera_ids.filter((other) => other !== cameraId);
  const path = { deployment_id: id };
  if (camera_ids.length === 0) {
    return unwrap(api.DELETE("/api/v1/deployments/{deployment_id}", { params: { path } }));
  }
  const others = { ...deployment.spec.zones_by_camera } as Record<string, Zones>;
  delete others[cameraId];
  return changeDeployment(deployment, { camera_ids, zones_by_camera: others });
}

/** One deployment as it was read: while somebody edits it, nothing replaces it. */
export const deploymentToChangeQuery = (id: string) =>
  queryOptions({
    queryKey: ["deployment-to-change", id],
    queryFn: () => {
      const params = { path: { deployment_id: id } };
      return unwrap(api.GET("/api/v1/deployments/{deployment_id}", { params }));
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });

type Change = components["schemas"]["DeploymentChange"];

/** Refused if somebody changed it since it was read. */
export function changeDeployment({ id, revision }: Deployment, body: Change): Promise<Deployment> {
  const params = { path: { deployment_id: id }, header: { "if-match": `"${revision}"` } };
  return unwrap(api.PATCH("/api/v1/deployments/{deployment_id}", { params, body }));
}

type Zones = NonNullable<Change["zones_by_camera"]>[string];

/** What is drawn for one camera; the others keep theirs. */
export function drawZones(deployment: Deployment, cameraId: string, zones: Zones) {
  const others = deployment.spec.zones_by_camera as Record<string, Zones>;
  return changeDeployment(deployment, { zones_by_camera: { ...others, [cameraId]: zones } });
}

/** What was changed when and by whom; never changes but at its end. */
export const revisionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["deployments", id, "revisions"],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/deployments/{deployment_id}/revisions", {
          params: { path: { deployment_id: id } },
        }),
      ),
    staleTime: 60_000,
  });
