import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

const MOST = 500;

async function listDeployments() {
  const params = { query: { limit: MOST } };
  return (await unwrap(api.GET("/api/v1/deployments", { params }))).items;
}

export type Deployment = Awaited<ReturnType<typeof listDeployments>>[number];

/** A zone or a line, in fractions 0–1 of the picture. */
export type Shape = Deployment["spec"]["zones"][number];

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
  const { id, revision } = deployment;
  const camera_ids = deployment.camera_ids.filter((other) => other !== cameraId);
  const path = { deployment_id: id };
  if (camera_ids.length === 0) {
    return unwrap(api.DELETE("/api/v1/deployments/{deployment_id}", { params: { path } }));
  }
  const header = { "if-match": `"${revision}"` };
  const params = { path, header };
  return unwrap(
    api.PATCH("/api/v1/deployments/{deployment_id}", { params, body: { camera_ids } }),
  );
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
