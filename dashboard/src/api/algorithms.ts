import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";
import { Problem } from "./problem";

export type ScorecardDocument = components["schemas"]["ScorecardDocument"];
export type Scorecard = components["schemas"]["Scorecard"];
export type TrialReport = components["schemas"]["TrialReport"];

export const algorithmsQuery = queryOptions({
  queryKey: ["algorithms"],
  queryFn: () => unwrap(api.GET("/api/v1/algorithms")),
  staleTime: 10_000,
});

const listVersions = (name: string) =>
  unwrap(api.GET("/api/v1/algorithms/{name}/versions", { params: { path: { name } } }));

export type Version = Awaited<ReturnType<typeof listVersions>>[number];

/** Newest first, each with its state. */
export const versionsQuery = (name: string) =>
  queryOptions({
    queryKey: ["algorithms", name, "versions"],
    queryFn: () => listVersions(name),
    staleTime: 10_000,
  });

export const aliasesQuery = (name: string) =>
  queryOptions({
    queryKey: ["algorithms", name, "aliases"],
    queryFn: () =>
      unwrap(api.GET("/api/v1/algorithms/{name}/aliases", { params: { path: { name } } })),
    staleTime: 10_000,
  });

/** A version never changes once it is there. */
export const algorithmVersionQuery = (name: string, version: string) =>
  queryOptions({
    queryKey: ["algorithms", name, version],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/algorithms/{name}/versions/{version}", {
          params: { path: { name, version } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Null: it was never measured. */
export const scorecardQuery = (name: string, version: string) =>
  queryOptions({
    queryKey: ["algorithms", name, version, "scorecard"],
    queryFn: () =>
      orNull(
        unwrap(
          api.GET("/api/v1/algorithms/{name}/versions/{version}/scorecard", {
            params: { path: { name, version } },
          }),
        ),
      ),
    staleTime: 60_000,
  });

/** Two versions on the same set. */
export const scorecardsQuery = (name: string, version: string, against: string) =>
  queryOptions({
    queryKey: ["algorithms", name, version, "against", against],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/algorithms/{name}/versions/{version}/scorecard/comparison", {
          params: { path: { name, version }, query: { against } },
        }),
      ),
    staleTime: 60_000,
  });

async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
