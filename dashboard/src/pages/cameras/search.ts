/** The view of the list of cameras, as its address says it. */
export const STATES = [
  "online",
  "degraded",
  "offline",
  "probing",
  "registered",
  "disabled",
] as const;

export const ORDERS = ["name", "state", "since"] as const;

export type Order = (typeof ORDERS)[number];

export interface CamerasSearch {
  /** In the name, the address, the division, a tag or what is wrong. */
  text?: string;
  state?: (typeof STATES)[number];
  /** It and everything below it. */
  division?: string;
  tag?: string;
  /** By name when left out. */
  by?: Order;
  down?: true;
}

export function readCamerasSearch(search: Record<string, unknown>): CamerasSearch {
  return {
    text: text(search.text),
    state: STATES.find((state) => state === search.state),
    division: text(search.division),
    tag: text(search.tag),
    by: ORDERS.find((order) => order === search.by),
    down: search.down === true || search.down === "true" ? true : undefined,
  };
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
