import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Situation = components["schemas"]["SituationDocument"];
export type Plan = components["schemas"]["Plan"];

const MOST = 500;

/** Followed by messages: whoever switches one on, every wall says so. */
export const situationsQuery = queryOptions({
  queryKey: ["situations"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/v1/situations", { params: { query: { limit: MOST } } }))).items,
});

export function switchOn(situation_id: string, reason: string) {
  const params = { path: { situation_id } };
  return unwrap(api.PUT("/api/v1/situations/{situation_id}/activation", { params, body: { reason } }));
}

export function switchOff(situation_id: string) {
  const params = { path: { situation_id } };
  return unwrap(api.DELETE("/api/v1/situations/{situation_id}/activation", { params }));
}
