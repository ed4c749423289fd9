import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Camera = components["schemas"]["CameraDocument"];
export type NewCamera = components["schemas"]["CameraOrder"];
export type CameraKind = Camera["spec"]["kind"];

/** One page holds them all; beyond, the wall needs groups anyway. */
const MOST = 500;

/** States change by message; the slow refresh keeps frame rates fresh. */
const REFRESH_MS = 10_000;

export const camerasQuery = queryOptions({
  queryKey: ["cameras"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/v1/cameras", { params: { query: { limit: MOST } } }))).items,
  refetchInterval: REFRESH_MS,
});

export const cameraQuery = (id: string) =>
  queryOptions({
    queryKey: ["cameras", id],
    queryFn: () =>
      unwrap(api.GET("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } })),
    refetchInterval: REFRESH_MS / 4,
  });

export function addCamera(body: NewCamera): Promise<Camera> {
  return unwrap(api.POST("/api/v1/cameras", { body }));
}

export function removeCamera(id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } }));
}

export type CameraChange = components["schemas"]["CameraChange"];

/** Changes what is named, whatever else was changed meanwhile. */
export function changeCamera(camera_id: string, body: CameraChange): Promise<Camera> {
  const params = { path: { camera_id }, header: { "if-match": "*" } };
  return unwrap(api.PATCH("/api/v1/cameras/{camera_id}", { params, body }));
}
