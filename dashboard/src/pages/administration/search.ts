import { DELIVERY_STATES, type DeliveryState } from "../../api/sinks";

/** The views of the administration page, as its address says them. */
export const TABS = ["system", "responsibility", "divisions", "sinks"] as const;

export type Tab = (typeof TABS)[number];

export interface AdministrationSearch {
  /** The system's state when left out. */
  tab?: Tab;
  /** What is open in it: the id of a list or of a sink, or `new`. */
  open?: string;
  /** Which deliveries of a sink; all when left out. */
  deliveries?: DeliveryState;
}

export function readAdministrationSearch(search: Record<string, unknown>): AdministrationSearch {
  const { open } = search;
  return {
    tab: TABS.find((tab) => tab === search.tab),
    open: typeof open === "string" && open ? open : undefined,
    deliveries: DELIVERY_STATES.find((state) => state === search.deliveries),
  };
}
