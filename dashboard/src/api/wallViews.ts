import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type WallView = components["schemas"]["WallViewDocument"];
export type NewWallView = components["schemas"]["WallViewOrder"];
export type Grid = WallView["grid"];

/** Tiles on one page; the n-th of them is n × n. */
export const GRIDS = [1, 4, 9, 16, 25, 36, 49, 64] as const satisfies readonly Grid[];

const MOST = 500;
const REFRESH_MS = 10_000;

export const wallViewsQuery = queryOptions({
  queryKey: ["wall-views"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/v1/wall-views", { params: { query: { limit: MOST } } }))).items,
  refetchInterval: REFRESH_MS,
});

export function saveWallView(body: NewWallView): Promise<WallView> {
  return unwrap(api.POST("/api/v1/wall-views", { body }));
}

/** Refused when somebody else changed it since it was read. */
export function changeWallView({ id, revision }: WallView, body: NewWallView): Promise<WallView> {
  const params = { path: { view_id: id }, header: { "if-match": `"${revision}"` } };
  return unwrap(api.PATCH("/api/v1/wall-views/{view_id}", { params, body }));
}

export function deleteWallView(id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/wall-views/{view_id}", { params: { path: { view_id: id } } }));
}
