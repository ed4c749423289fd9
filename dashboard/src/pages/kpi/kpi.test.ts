import { expect, test } from "vitest";
import type { Comparison } from "../../api/kpis";
import { compared, daysOf, lastDays } from "./periods";
import { readKpiSearch } from "./search";
import { finding, points } from "./significance";

const NOW = new Date(2026, 10, 24, 15, 20);

test("a range ends within this hour and begins at midnight", () => {
  const week = lastDays(7, NOW);
  expect(new Date(week.until)).toEqual(new Date(2026, 10, 24, 16, 0));
  expect(new Date(week.since)).toEqual(new Date(2026, 10, 18));
  expect(daysOf(week)).toHaveLength(7);
  expect(daysOf(week).at(-1)).toBe("2026-11-24");
});

test("a split cuts the range in two; without one the time before it is as long", () => {
  const week = lastDays(7, NOW);
  const [before, after] = compared(week, "2026-11-20");
  expect(before).toEqual({ since: week.since, until: after.since });
  expect(after.until).toBe(week.until);

  const [earlier, whole] = compared(week);
  expect(whole).toBe(week);
  expect(earlier.until).toBe(week.since);
  expect(Date.parse(earlier.until) - Date.parse(earlier.since)).toBe(
    Date.parse(week.until) - Date.parse(week.since),
  );
  expect(compared(week, "2025-01-01")[1]).toBe(week);
});

test("no denominator is no finding", () => {
  const row = (p_value: number | null) => ({ p_value }) as Comparison;
  expect([null, row(null), row(0.2), row(0.03), row(0.001)].map(finding)).toEqual([
    "unknown",
    "unknown",
    "none",
    "weak",
    "clear",
  ]);
  expect([points(0.0712), points(-0.02)]).toEqual(["+7.1", "−2.0"]);
});

test("an address that makes no sense is the usual view", () => {
  expect(readKpiSearch({ days: "3", by: "moon", split: "soon" })).toEqual({});
  expect(readKpiSearch({ days: 14, by: "camera", division: 440307 })).toEqual({
    days: 14,
    by: "camera",
    division: "440307",
  });
});
