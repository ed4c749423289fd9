import { expect, test } from "vitest";
import { ALWAYS, DAYS, isOnHalfHours, NEVER, ofWindows, paint, toWindows } from "./week";

const workdays = ["mon", "tue", "wed", "thu", "fri"] as const;

test("a painted rectangle is one window of some days", () => {
  const week = paint(NEVER, { day: 4, slot: 35 }, { day: 0, slot: 16 }, true);

  expect(toWindows(week)).toEqual([{ days: [...workdays], begin: "08:00", end: "18:00" }]);
});

test("what is painted out leaves two", () => {
  const week = paint(NEVER, { day: 0, slot: 16 }, { day: 0, slot: 35 }, true);
  const noon = paint(week, { day: 0, slot: 24 }, { day: 0, slot: 25 }, false);

  expect(toWindows(noon)).toEqual([
    { days: ["mon"], begin: "08:00", end: "12:00" },
    { days: ["mon"], begin: "13:00", end: "18:00" },
  ]);
});

test("a night begins on its first day, and comes back the same", () => {
  const night = [{ days: [...workdays], begin: "22:00:00", end: "06:00:00" }];

  expect(toWindows(ofWindows(night))).toEqual([{ days: [...workdays], begin: "22:00", end: "06:00" }]);
});

test("sunday's night ends on monday", () => {
  const week = ofWindows([{ days: ["sun"], begin: "23:00", end: "01:00" }]);

  expect(week[0]?.slice(0, 3)).toEqual([true, true, false]);
  expect(toWindows(week)).toEqual([{ days: ["sun"], begin: "23:00", end: "01:00" }]);
});

test("whole days are whole days", () => {
  expect(toWindows(ALWAYS)).toEqual([{ days: [...DAYS], begin: "00:00", end: "00:00" }]);
  expect(ofWindows(toWindows(ALWAYS))).toEqual(ALWAYS);
  expect(toWindows(NEVER)).toEqual([]);
});

test("minutes between half hours are told, and their half hour is on", () => {
  const odd = [{ days: ["mon" as const], begin: "08:10", end: "08:20" }];

  expect(isOnHalfHours(odd)).toBe(false);
  expect(toWindows(ofWindows(odd))).toEqual([{ days: ["mon"], begin: "08:00", end: "08:30" }]);
});
