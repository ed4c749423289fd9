/** The view of the catalogue, as its address says it. */
export const TABS = ["catalogue", "deployments"] as const;
export const READINESS = ["ready", "open_challenge"] as const;

export interface ScenariosSearch {
  tab?: (typeof TABS)[number];
  domain?: string;
  status?: (typeof READINESS)[number];
  text?: string;
}

export function readScenariosSearch(search: Record<string, unknown>): ScenariosSearch {
  const text = (value: unknown) =>
    typeof value === "string" || typeof value === "number" ? String(value) || undefined : undefined;
  return {
    tab: TABS.find((one) => one === search.tab),
    domain: text(search.domain),
    status: READINESS.find((one) => one === search.status),
    text: text(search.text),
  };
}
