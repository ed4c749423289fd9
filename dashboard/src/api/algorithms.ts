import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export const algorithmsQuery = queryOptions({
  queryKey: ["algorithms"],
  queryFn: () => unwrap(api.GET("/api/v1/algorithms")),
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
