import type { Comparison } from "../../api/kpis";

export type Finding = "unknown" | "none" | "weak" | "clear";

/** How sure a difference is, for people who do not read p-values. */
export function finding(row: Comparison | null): Finding {
  if (!row || row.p_value === null || row.p_value === undefined) return "unknown";
  if (row.p_value >= 0.05) return "none";
  return row.p_value >= 0.01 ? "weak" : "clear";
}

/** A difference of shares in percentage points, signed. */
export function points(difference: number): string {
  const rounded = (difference * 100).toFixed(1);
  return difference > 0 ? `+${rounded}` : rounded.replace("-", "−");
}
