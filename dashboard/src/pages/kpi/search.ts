/** The view of the KPI page, as its address says it. */
export const RANGES = [7, 14, 28, 90] as const;
export const GROUPS = ["division", "camera", "day", "week"] as const;

export interface KpiSearch {
  /** Days up to now; 28 when left out. */
  days?: (typeof RANGES)[number];
  division?: string;
  camera_id?: string;
  /** Rows of the table; by division when left out. */
  by?: (typeof GROUPS)[number];
  /** The day on which "after" begins; left out: the period before this one is compared. */
  split?: string;
}

export function readKpiSearch(search: Record<string, unknown>): KpiSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  const split = text(search.split);
  return {
    days: RANGES.find((days) => days === Number(search.days)),
    division: text(search.division) ?? (search.division ? String(search.division) : undefined),
    camera_id: text(search.camera_id),
    by: GROUPS.find((group) => group === search.by),
    split: split && /^\d{4}-\d{2}-\d{2}$/.test(split) ? split : undefined,
  };
}
