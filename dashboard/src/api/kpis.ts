import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type WearingRow = components["schemas"]["WearingRow"];
export type EventsRow = components["schemas"]["EventsRow"];
export type PrecisionRow = components["schemas"]["PrecisionRow"];
export type TimelinessRow = components["schemas"]["TimelinessRow"];
export type Comparison = components["schemas"]["ComparisonRow"];

/** RFC 3339, `since` included, `until` not. */
export interface Period {
  since: string;
  until: string;
}

export interface Place {
  division?: string;
  camera_id?: string;
}

export type WearingGroup = "hour" | "day" | "week" | "camera" | "division";
export type EventsGroup = "hour_of_day" | "day" | "scenario" | "camera" | "division";

/** Figures of a period that goes on are asked for again. */
const REFRESH_MS = 60_000;

/** Tables also come as CSV, so the schema leaves open what an answer is. */
async function rows<Row>(call: Parameters<typeof unwrap<unknown>>[0]): Promise<Row[]> {
  return ((await unwrap(call)) as { items: Row[] }).items;
}

export const wearingQuery = (period: Period, place: Place, group_by?: WearingGroup) =>
  queryOptions({
    queryKey: ["kpis", "wearing", period, place, group_by],
    queryFn: () => {
      const query = { ...period, ...place, group_by };
      return rows<WearingRow>(api.GET("/api/v1/kpis/helmet-wearing", { params: { query } }));
    },
    refetchInterval: REFRESH_MS,
  });

export const eventCountsQuery = (period: Period, place: Place, group_by?: EventsGroup) =>
  queryOptions({
    queryKey: ["kpis", "events", period, place, group_by],
    queryFn: () => {
      const query = { ...period, ...place, group_by };
      return rows<EventsRow>(api.GET("/api/v1/kpis/events", { params: { query } }));
    },
    refetchInterval: REFRESH_MS,
  });

export const precisionQuery = (period: Period, place: Place) =>
  queryOptions({
    queryKey: ["kpis", "precision", period, place],
    queryFn: () => {
      const query = { ...period, ...place };
      return rows<PrecisionRow>(api.GET("/api/v1/kpis/precision", { params: { query } }));
    },
    refetchInterval: REFRESH_MS,
  });

/** Work orders belong to a division, not to a camera. */
export const timelinessQuery = (period: Period, division?: string) =>
  queryOptions({
    queryKey: ["kpis", "timeliness", period, division],
    queryFn: async () => {
      const query = { ...period, division };
      const call = api.GET("/api/v1/kpis/timeliness", { params: { query } });
      return (await rows<TimelinessRow>(call))[0] ?? null;
    },
    refetchInterval: REFRESH_MS,
  });

export const comparisonQuery = (before: Period, after: Period, place: Place) =>
  queryOptions({
    queryKey: ["kpis", "comparison", before, after, place],
    queryFn: async () => {
      const query = {
        kpi: "helmet-wearing" as const,
        before_since: before.since,
        before_until: before.until,
        after_since: after.since,
        after_until: after.until,
        ...place,
      };
      const call = api.GET("/api/v1/kpis/comparison", { params: { query } });
      return (await rows<Comparison>(call))[0] ?? null;
    },
  });

/** The same rows for a spreadsheet. */
export function csvUrl(kpi: "helmet-wearing" | "events" | "precision", query: object): string {
  const given = Object.entries({ ...query, format: "csv" }).filter(([, value]) => value);
  return `/api/v1/kpis/${kpi}?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}
