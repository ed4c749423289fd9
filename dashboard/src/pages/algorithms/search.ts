/** The views of the algorithm pages, as their addresses say them. */
export const TABS = ["registry", "submissions", "challenges"] as const;

export interface AlgorithmsSearch {
  tab?: (typeof TABS)[number];
  /** Whose leaderboard is open. */
  challenge?: string;
}

export interface VersionSearch {
  /** The version beside it. */
  against?: string;
}

export function readAlgorithmsSearch(search: Record<string, unknown>): AlgorithmsSearch {
  const { challenge } = search;
  return {
    tab: TABS.find((tab) => tab === search.tab),
    challenge: typeof challenge === "string" && challenge ? challenge : undefined,
  };
}

export function readVersionSearch(search: Record<string, unknown>): VersionSearch {
  const { against } = search;
  // A version such as 2 comes out of the address as a number.
  return { against: against === undefined || against === "" ? undefined : String(against) };
}
