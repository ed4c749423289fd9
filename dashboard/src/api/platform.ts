import { queryOptions } from "@tanstack/react-query";
import { api, send, unwrap } from "./client";

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
  queryFn: async () => (await send<{ version: string }>("/v2")).version,
});
