import { expect, test } from "vitest";
import { duration, shareUp, stretches } from "./health";

const at = (hour: number) => Date.parse(`2026-11-24T${String(hour).padStart(2, "0")}:00:00Z`);
const told = (state: string, hour: number) => ({ state, since: new Date(at(hour)).toISOString() });

const DAY = [told("online", 18), told("offline", 12), told("degraded", 6), told("disabled", 2)];

test("each state lasts until the next one begins, the newest until now", () => {
  expect(stretches(DAY, at(8), at(20))).toEqual([
    { state: "online", from: at(18), until: at(20) },
    { state: "offline", from: at(12), until: at(18) },
    { state: "degraded", from: at(8), until: at(12) },
  ]);
});

test("pictures came for half of the time; what was switched off does not count", () => {
  expect(shareUp(stretches(DAY, at(0), at(18)))).toBe(0.5);
  expect(shareUp([])).toBe(0);
});

test("a duration has the two units that matter", () => {
  expect(duration(at(18), at(12))).toBe("6 h");
  expect(duration(at(18) + 65_000, at(18))).toBe("1 min 5 s");
  expect(duration(at(18), at(18))).toBe("0 s");
});
