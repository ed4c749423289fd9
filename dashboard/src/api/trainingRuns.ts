import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type TrainingRun = components["schemas"]["TrainingRunDocument"];
export type Curve = components["schemas"]["CurveDocument"];

const LIVE_MS = 3000;

export const isOver = (run: TrainingRun) => run.state !== "queued" && run.state !== "running";

export const trainingRunsQuery = queryOptions({
  queryKey: ["training-runs"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/v1/training-runs", { params: { query: { limit: 100 } } }))).items,
  refetchInterval: LIVE_MS * 2,
});

export const trainingRunQuery = (run_id: string) =>
  queryOptions({
    queryKey: ["training-runs", run_id],
    queryFn: () =>
      unwrap(api.GET("/api/v1/training-runs/{run_id}", { params: { path: { run_id } } })),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : LIVE_MS),
  });

/** @param live Whether they still grow. */
export const curvesQuery = (run_id: string, live: boolean) =>
  queryOptions({
    queryKey: ["training-runs", run_id, "curves"],
    queryFn: async () => {
      const params = { path: { run_id } };
      return (await unwrap(api.GET("/api/v1/training-runs/{run_id}/curves", { params }))).curves;
    },
    refetchInterval: live ? LIVE_MS : false,
  });

/** The last lines of what the framework printed. */
export const logQuery = (run_id: string, live: boolean) =>
  queryOptions({
    queryKey: ["training-runs", run_id, "log"],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/training-runs/{run_id}/log", {
          params: { path: { run_id }, query: { lines: 200 } },
          parseAs: "text",
        }),
      ),
    refetchInterval: live ? LIVE_MS : false,
  });

export function cancelTrainingRun(run_id: string): Promise<TrainingRun> {
  return unwrap(
    api.PATCH("/api/v1/training-runs/{run_id}", {
      params: { path: { run_id } },
      body: { state: "cancelled" },
    }),
  );
}
