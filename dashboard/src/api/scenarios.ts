import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Scenario = components["schemas"]["ScenarioDocument"];

export const DEFAULT_SCENARIO = "rider-helmet";

export const scenariosQuery = queryOptions({
  queryKey: ["scenarios"],
  queryFn: () => unwrap(api.GET("/api/v1/scenarios")),
  staleTime: 60_000,
});
