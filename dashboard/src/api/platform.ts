import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { Problem, problemOf } from "./problem";

const REFRESH_MS = 10_000;

/** Fails with what to do while the platform cannot work. */
export const readinessQuery = queryOptions({
  queryKey: ["platform", "readiness"],
  queryFn: () => unwrap(api.GET("/readyz")),
  refetchInterval: REFRESH_MS,
});

/** Name and version, as the inference protocol tells them; our OpenAPI does not describe it. */
export const versionQuery = queryOptions({
  queryKey: ["platform", "version"],
  staleTime: Infinity,
  queryFn: async () => {
    const answer = await fetch("/v2").catch(() => {
      throw new Problem(0, "", "");
    });
    const body: unknown = await answer.json().catch(() => undefined);
    if (!answer.ok) throw problemOf(answer.status, body);
    return (body as { version: string }).version;
  },
});
