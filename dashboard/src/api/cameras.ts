import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type NewCamera = components["schemas"]["CameraOrder"];
export type CameraChange = components["schemas"]["CameraChange"];

/** On a page of the list. */
const MOST = 500;

/** States change by message; the slow refresh keeps frame rates fresh. */
const REFRESH_MS = 10_000;

function readPage(cursor: string | undefined) {
  return unwrap(api.GET("/api/v1/cameras", { params: { query: { limit: MOST, cursor } } }));
}

export type Camera = Awaited<ReturnType<typeof readPage>>["items"][number];
export type CameraKind = Camera["spec"]["kind"];

async function listCameras(): Promise<Camera[]> {
  const found: Camera[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor);
    found.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  return found;
}

/** All cameras, however many pages they take; the more, the rarer they are read anew. */
export const camerasQuery = queryOptions({
  queryKey: ["cameras"],
  queryFn: listCameras,
  refetchInterval: ({ state }) => REFRESH_MS * Math.ceil(((state.data?.length ?? 0) + 1) / MOST),
});

function readCamera(id: string) {
  return unwrap(api.GET("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } }));
}

export type CameraDetail = Awaited<ReturnType<typeof readCamera>>;

export const cameraQuery = (id: string) =>
  queryOptions({
    queryKey: ["cameras", id],
    queryFn: () => readCamera(id),
    refetchInterval: REFRESH_MS / 4,
  });

/** One camera as it was read, with the mark by which a change is refused if it is another by then. */
export const cameraToChangeQuery = (id: string) =>
  queryOptions({
    queryKey: ["camera-to-change", id],
    queryFn: async () => {
      const call = api.GET("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } });
      return { camera: await unwrap(call), etag: (await call).response.headers.get("etag") ?? "" };
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Changes what is named; `*` as etag: whatever else was changed meanwhile. */
export function changeCamera(id: string, etag: string, body: CameraChange): Promise<Camera> {
  const params = { path: { camera_id: id }, header: { "if-match": etag } };
  return unwrap(api.PATCH("/api/v1/cameras/{camera_id}", { params, body }));
}

export function addCamera(body: NewCamera): Promise<Camera> {
  return unwrap(api.POST("/api/v1/cameras", { body }));
}

export function removeCamera(id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/cameras/{camera_id}", { params: { path: { camera_id: id } } }));
}

/** What a camera was, newest first; the first one holds now. */
export const cameraStatesQuery = (id: string) =>
  queryOptions({
    queryKey: ["cameras", id, "states"],
    queryFn: () => {
      const params = { path: { camera_id: id }, query: { limit: 200 } };
      return unwrap(api.GET("/api/v1/cameras/{camera_id}/states", { params }));
    },
  });
