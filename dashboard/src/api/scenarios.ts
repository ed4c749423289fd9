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

/** A property of a rule, as JSON Schema says it; `default` is the scenario's own value. */
export interface RuleProperty {
  type?: string;
  anyOf?: { type?: string; minimum?: number; maximum?: number; exclusiveMinimum?: number }[];
  items?: { type?: string };
  enum?: string[];
  const?: string;
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** What an owner can set of a scenario's rule, by name. */
export const ruleSchemaQuery = (scenario_id: string) =>
  queryOptions({
    queryKey: ["scenarios", scenario_id, "rule-schema"],
    queryFn: async () => {
      const params = { path: { scenario_id } };
      const path = "/api/v1/scenarios/{scenario_id}/rule-schema";
      const schema = await unwrap(api.GET(path, { params }));
      const { rule: _, ...properties } = schema.properties as Record<string, RuleProperty>;
      return properties;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
