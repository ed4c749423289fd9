import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

const getEvent = (id: string) =>
  unwrap(api.GET("/api/v1/events/{event_id}", { params: { path: { event_id: id } } }));

export type Event = Awaited<ReturnType<typeof getEvent>>;

/** The filters as they stand in the address bar and in the API. */
export interface EventFilters {
  camera_id?: string;
  scenario?: string;
  life_cycle?: "open" | "ended";
  since?: string;
  until?: string;
  division?: string;
  severity?: "critical" | "major" | "notice";
  verdict?: "unreviewed" | "confirmed" | "false_alarm" | "duplicate_of" | "unsure";
  text?: string;
}

const PAGE = 50;

/** Newest first; further pages are older. */
export const eventsQuery = (filters: EventFilters) =>
  infiniteQueryOptions({
    queryKey: ["events", "list", filters],
    queryFn: ({ pageParam }) =>
      unwrap(
        api.GET("/api/v1/events", {
          params: { query: { ...filters, cursor: pageParam, limit: PAGE } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: (data) => data.pages.flatMap((page) => page.items),
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ["events", "one", id],
    queryFn: () => getEvent(id),
  });

export type Evidence = Event["evidence"][number];

export function evidenceOf(event: Event, kind: "snapshot" | "crop" | "clip"): Evidence | undefined {
  return event.evidence.find((evidence) => evidence.kind === kind);
}

/** Where a picture of the event lies; undefined while it is being saved, and once it is removed. */
export function evidenceUrl(event: Event, kind: "snapshot" | "crop" | "clip"): string | undefined {
  const evidence = evidenceOf(event, kind);
  return evidence?.removed_at ? undefined : evidence?.url;
}
