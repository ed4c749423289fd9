import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

const getReplay = (replay_id: string) =>
  unwrap(api.GET("/api/v1/replays/{replay_id}", { params: { path: { replay_id } } }));

export type Replay = Awaited<ReturnType<typeof getReplay>>;
export type ReplayOrder = components["schemas"]["ReplayOrder"];

/** What fired over a clip, in a replay or in a trial. */
export type FoundEvent = NonNullable<Replay["result"]>["events"][number];

export function startReplay(deployment_id: string, body: ReplayOrder): Promise<Replay> {
  const params = { path: { deployment_id } };
  return unwrap(api.POST("/api/v1/deployments/{deployment_id}/replays", { params, body }));
}

/** Asked for again until it has ended. */
export const replayQuery = (replay_id: string) =>
  queryOptions({
    queryKey: ["replays", replay_id],
    queryFn: () => getReplay(replay_id),
    refetchInterval: ({ state }) => (state.data?.ended_at ? false : 1000),
  });
