import { expect, test } from "vitest";
import type { ListVersion, Rule } from "../../../api/responsibility";
import { csvOf } from "./csv";
import { windowInWords } from "./windowInWords";

const ALWAYS = { days: [1, 2, 3, 4, 5, 6, 7], start: "00:00:00", end: "00:00:00" };

test("a window says its days as ranges, and its hours", () => {
  const office = { ...ALWAYS, days: [1, 2, 3, 4, 5], start: "08:00:00", end: "18:00:00" };

  expect(windowInWords("en", office)).toBe("Mon–Fri 08:00–18:00");
  expect(windowInWords("zh", { ...ALWAYS, days: [6, 1, 2] })).toBe("周一–周二, 周六");
});

test("a window without limits on days or hours says only its dates", () => {
  expect(windowInWords("en", { ...ALWAYS, first_day: "2026-01-01" })).toBe("2026-01-01 …");
  expect(windowInWords("en", { ...ALWAYS, last_day: "2026-12-31" })).toBe("… 2026-12-31");
});

test("a list is saved so that it can be imported again", () => {
  const rules: Rule[] = [
    { line: 2, scenario: "*", division: "*", unit: "office", deadline_h: 48 },
    {
      line: 3,
      scenario: "traffic",
      division: "区/街道",
      unit: "police",
      deadline_h: 4,
      escalate_to: "HQ",
      escalate_after_h: 2,
      window: { ...ALWAYS, days: [6, 7], start: "22:00:00", end: "06:00:00" },
    },
  ];
  const units = [
    { id: "office", zh: "街道办", en: "Office, street" },
    { id: "police", zh: "交警", en: 'The "police"' },
  ];

  const rows = csvOf({ units, rules } as ListVersion & { rules: Rule[] }).split("\r\n");

  expect(rows[1]).toBe('*,*,office,街道办,"Office, street",48,,,,,,');
  expect(rows[2]).toBe('traffic,区/街道,police,交警,"The ""police""",4,HQ,2,"6,7",22:00-06:00,,');
});

test("no cell of a saved list is a formula to a spreadsheet", () => {
  const rules: Rule[] = [{ line: 2, scenario: "*", division: "@a", unit: "+u", deadline_h: 4 }];
  const units = [{ id: "+u", zh: '=HYPERLINK("http://h")', en: "-1" }];

  const rows = csvOf({ units, rules } as ListVersion & { rules: Rule[] }).split("\r\n");

  expect(rows[1]).toBe(`*,'@a,'+u,"'=HYPERLINK(""http://h"")",'-1,4,,,,,,`);
});
