import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

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

export function removeDeployment(id: string): Promise<unknown> {
  const params = { path: { deployment_id: id } };
  return unwrap(api.DELETE("/api/v1/deployments/{deployment_id}", { params }));
}
