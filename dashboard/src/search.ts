import type { EventFilters } from "./api/events";

/** What stands behind the question mark of an address. Anything unknown is dropped. */
type Search = Record<string, unknown>;

export interface EventsSearch extends EventFilters {
  event?: string;
}

export interface NextSearch {
  next?: string;
  single?: Outcome;
}

/** How the platform says that it went at the city's own sign-in. */
const OUTCOMES = ["done", "away", "broken", "no-group", "name-taken", "disabled"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export function readEventsSearch(search: Search): EventsSearch {
  const { life_cycle } = search;
  return {
    camera_id: text(search.camera_id),
    scenario: text(search.scenario),
    life_cycle: life_cycle === "open" || life_cycle === "ended" ? life_cycle : undefined,
    since: moment(search.since),
    until: moment(search.until),
    division: text(search.division),
    severity: oneOf(["critical", "major", "notice"], search.severity),
    verdict: oneOf(
      ["unreviewed", "confirmed", "false_alarm", "duplicate_of", "unsure"],
      search.verdict,
    ),
    text: text(search.text),
    event: text(search.event),
  };
}

export interface WorkOrdersSearch {
  unit?: string;
  division?: string;
  order?: string;
}

export function readWorkOrdersSearch(search: Search): WorkOrdersSearch {
  return {
    unit: text(search.unit),
    division: text(search.division),
    order: text(search.order),
  };
}

/** Only addresses of this dashboard: `//elsewhere` would leave it. */
export function readNextSearch(search: Search): NextSearch {
  const next = text(search.next);
  return {
    next: next?.startsWith("/") && !/^\/[/\\]/.test(next) ? next : undefined,
    single: oneOf(OUTCOMES, search.single),
  };
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function oneOf<T extends string>(words: readonly T[], value: unknown): T | undefined {
  return words.find((word) => word === value);
}

function moment(value: unknown): string | undefined {
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : undefined;
}
