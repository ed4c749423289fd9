import { DELIVERY_STATES, type DeliveryState } from "../../api/sinks";

/** The views of the administration page, as its address says them, and the right each is about. */
export const TABS = {
  system: "nodes.read",
  responsibility: "responsibility.read",
  divisions: "responsibility.read",
  sinks: "sinks.read",
  users: "access.read",
  tokens: "access.read",
  roles: "access.read",
  audit: "audit.read",
} as const;

export type Tab = keyof typeof TABS;

export const TAB_NAMES = Object.keys(TABS) as Tab[];

export interface AdministrationSearch {
  /** The first that opens when left out. */
  tab?: Tab;
  /** What is open in it: the id of a list or of a sink, or `new`. */
  open?: string;
  /** Which deliveries of a sink; all when left out. */
  deliveries?: DeliveryState;
  /** Whose records of the audit, of which right, from when until when. */
  actor?: string;
  action?: string;
  since?: string;
  until?: string;
}

export function readAdministrationSearch(search: Record<string, unknown>): AdministrationSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  const moment = (value: unknown) =>
    Number.isNaN(Date.parse(text(value) ?? "")) ? undefined : text(value);
  return {
    tab: TAB_NAMES.find((tab) => tab === search.tab),
    open: text(search.open),
    deliveries: DELIVERY_STATES.find((state) => state === search.deliveries),
    actor: text(search.actor),
    action: text(search.action),
    since: moment(search.since),
    until: moment(search.until),
  };
}
