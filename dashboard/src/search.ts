import type { EventFilters } from "./api/events";

/** What stands behind the question mark of an address. Anything unknown is dropped. */
type Search = Record<string, unknown>;

export interface WallSearch {
  event?: string;
}

export interface EventsSearch extends EventFilters {
  event?: string;
}

export interface NextSearch {
  next?: string;
}

export function readWallSearch(search: Search): WallSearch {
  return { event: text(search.event) };
}

export function readEventsSearch(search: Search): EventsSearch {
  const { life_cycle } = search;
  return {
    camera_id: text(search.camera_id),
    scenario: text(search.scenario),
    life_cycle: life_cycle === "open" || life_cycle === "ended" ? life_cycle : undefined,
    event: text(search.event),
  };
}

/** Only addresses of this dashboard: `//elsewhere` would leave it. */
export function readNextSearch(search: Search): NextSearch {
  const next = text(search.next);
  return { next: next?.startsWith("/") && !/^\/[/\\]/.test(next) ? next : undefined };
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
