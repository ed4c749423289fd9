import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type NewCamera = components["schemas"]["CameraOrder"];

/** One page holds them all; beyond, the wall needs groups anyway. */
const MOST = 500;

async function listCameras() {
  return (await unwrap(api.GET("/api/v1/cameras", { params: { query: { limit: MOST } } }))).items;
}

export type Camera = Awaited<ReturnType<typeof listCameras>>[number];
export type CameraKind = Camera["spec"]["kind"];

/** States change by message; the slow refresh keeps frame rates fresh. */
const REFRESH_MS = 10_000;

export const camerasQuery = queryOptions({
  queryKey: ["cameras"],
  queryFn: listCameras,
  refetchInterval: REFRESH_MS,
});

async function listEvery(): Promise<Camera[]> {
  const found: Camera[] = [];
  let cursor: string | undefined;
  do {
    const params = { query: { limit: MOST, cursor } };
    const page = await unwrap(api.GET("/api/v1/cameras", { params }));
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** All cameras, however many pages they take; the more, the rarer they are read anew. */
export const everyCameraQuery = queryOptions({
  queryKey: ["cameras", "every"],
  queryFn: listEvery,
  refetchInterval: ({ state }) => REFRESH_MS * Math.ceil(((state.data?.length ?? 0) + 1) / MOST),
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
