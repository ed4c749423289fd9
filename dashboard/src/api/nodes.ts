import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Node = components["schemas"]["NodeDocument"];

/** Nodes tell how they are every few seconds. */
const REFRESH_MS = 5_000;

export const nodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: () => unwrap(api.GET("/api/v1/nodes")),
  refetchInterval: REFRESH_MS,
});

export function drain(node_id: string, drained: boolean): Promise<Node> {
  return unwrap(
    api.PATCH("/api/v1/nodes/{node_id}", { params: { path: { node_id } }, body: { drained } }),
  );
}
