import { queryOptions } from "@tanstack/react-query";
import type { Camera } from "./cameras";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type CityMap = components["schemas"]["MapDocument"];
export type CityModel = components["schemas"]["CityModelDocument"];
export type EventPlace = components["schemas"]["EventPlace"];
export type Incident = components["schemas"]["IncidentDocument"];

/** So many hours, up to a moment or up to now. */
export interface MapPeriod {
  hours: number;
  until?: string;
}

const REFRESH_MS = 15_000;
const PAGE = 500;
const HOUR_MS = 3_600_000;

export const cityMapQuery = queryOptions({
  queryKey: ["map", "city"],
  queryFn: () => unwrap(api.GET("/api/v1/map")),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Every camera, however many pages they are. */
export const mapCamerasQuery = queryOptions({
  queryKey: ["map", "cameras"],
  queryFn: async () => {
    const all: Camera[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: PAGE, cursor };
      const page = await unwrap(api.GET("/api/v1/cameras", { params: { query } }));
      all.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return all;
  },
  refetchInterval: REFRESH_MS,
});

export const eventPlacesQuery = (period: MapPeriod, division?: string) =>
  queryOptions({
    queryKey: ["map", "events", period, division],
    queryFn: () => {
      const query = { ...bounds(period), division };
      return unwrap(api.GET("/api/v1/event-places", { params: { query } }));
    },
    refetchInterval: period.until ? false : REFRESH_MS,
  });

/** Matters, not the summaries of those who pass; the newest page of them. */
export const mapIncidentsQuery = (period: MapPeriod) =>
  queryOptions({
    queryKey: ["map", "incidents", period],
    queryFn: async () => {
      const query = { ...bounds(period), kind: "matter" as const, limit: PAGE };
      return (await unwrap(api.GET("/api/v1/incidents", { params: { query } }))).items;
    },
    refetchInterval: period.until ? false : REFRESH_MS,
  });

function bounds({ hours, until }: MapPeriod): { since: string; until?: string } {
  const end = until ? Date.parse(until) : Date.now();
  return { since: new Date(end - hours * HOUR_MS).toISOString(), until };
}
