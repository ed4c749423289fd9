import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";


const MOST = 500;

async function listDeployments() {
  const params = { query: { limit: MOST } };
  return (await unwrap(api.GET("/api/v1/deployments", { params }))).items;
}

export type Deployment = Awaited<ReturnType<typeof listDeployments>>[number];

export type DeploymentSpec = Deployment["spec"];
/** A zone or a line, in fractions 0–1 of the picture. */
export type Shape = DeploymentSpec["zones"][number];
export type Schedule = components["schemas"]["Schedule-Input"];

export interface DeploymentOrder
  extends Omit<components["schemas"]["DeploymentOrder"], "zones" | "zones_by_camera"> {
  zones?: Shape[];
  zones_by_camera?: Record<string, Shape[]>;
}

/** What changes of one: its cameras are named, or there is a selector. */
export type DeploymentChange = Partial<Omit<DeploymentOrder, "camera_ids" | "selector">> &
  Pick<components["schemas"]["DeploymentChange"], "camera_ids" | "selector">;

export const deploymentsQuery = queryOptions({
  queryKey: ["deployments"],
  queryFn: listDeployments,
});

export const deploymentQuery = (id: string) =>
  queryOptions({
    queryKey: ["deployments", id],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/deployments/{deployment_id}", { params: { path: { deployment_id: id } } }),
      ),
    refetchInterval: 10_000,
  });

/** What the platform would say to a draft: its cameras now, or the problem. Nothing is kept. */
export const draftCheckQuery = (order: DeploymentOrder, of: string | undefined) =>
  queryOptions({
    queryKey: ["deployments", "check", of, order],
    queryFn: () =>
      unwrap(
        api.POST("/api/v1/deployment-checks", {
          params: { query: { instead_of: of } },
          body: order,
        }),
      ),
    retry: false,
  });

export function createDeployment(order: DeploymentOrder, force: boolean): Promise<Deployment> {
  return unwrap(api.POST("/api/v1/deployments", { params: { query: { force } }, body: order }));
}

/** Makes a new revision of one; refused if somebody changed it since it was read. */
export function changeDeployment(
  { id: deployment_id, revision }: Pick<Deployment, "id" | "revision">,
  body: DeploymentChange,
  force = false,
): Promise<Deployment> {
  const params = {
    path: { deployment_id },
    query: { force },
    header: { "if-match": `"${revision}"` },
  };
  return unwrap(api.PATCH("/api/v1/deployments/{deployment_id}", { params, body }));
}

export function deleteDeployment(deployment_id: string): Promise<unknown> {
  const params = { path: { deployment_id } };
  return unwrap(api.DELETE("/api/v1/deployments/{deployment_id}", { params }));
}

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
  const others = { ...deployment.spec.zones_by_camera };
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

/** What is drawn for one camera; the others keep theirs. */
export function drawZones(deployment: Deployment, cameraId: string, zones: Shape[]) {
  const others = deployment.spec.zones_by_camera;
  return changeDeployment(deployment, { zones_by_camera: { ...others, [cameraId]: zones } });
}

const listRevisions = (deployment_id: string) =>
  unwrap(
    api.GET("/api/v1/deployments/{deployment_id}/revisions", { params: { path: { deployment_id } } }),
  );

export type Revision = Awaited<ReturnType<typeof listRevisions>>[number];

/** What was changed when and by whom; never changes but at its end. */
export const revisionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["deployments", id, "revisions"],
    queryFn: () => listRevisions(id),
    staleTime: 60_000,
  });
