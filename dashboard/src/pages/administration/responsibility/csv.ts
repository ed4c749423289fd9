import type { ListVersion, Rule } from "../../../api/responsibility";

const HEADS = [
  "scenario",
  "division",
  "unit",
  "unit_zh",
  "unit_en",
  "deadline_h",
  "escalate_to",
  "escalate_after_h",
  "days",
  "hours",
  "first_day",
  "last_day",
];

type List = ListVersion & { rules: Rule[] };

/** A list as the file it came from, to be changed and imported again. */
export function csvOf(list: List): string {
  const units = new Map(list.units.map((unit) => [unit.id, unit]));
  const rows = list.rules.map((rule) => {
    const { window } = rule;
    const unit = units.get(rule.unit);
    const hours = window && window.start !== window.end ? [window.start, window.end] : [];
    return [
      rule.scenario,
      rule.division,
      rule.unit,
      unit?.zh,
      unit?.en,
      rule.deadline_h,
      rule.escalate_to,
      rule.escalate_after_h,
      window?.days?.length === 7 ? "" : window?.days?.join(","),
      hours.map((time) => time?.slice(0, 5)).join("-"),
      window?.first_day,
      window?.last_day,
    ].map(cell);
  });
  return [HEADS, ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** Saved with a mark by which spreadsheets know UTF-8. */
export function saveCsv(list: List): void {
  const file = new Blob(["\ufeff", csvOf(list)], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `${list.name}-${list.version}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** With an apostrophe before what a spreadsheet would take for a formula; the import takes it away. */
function cell(value: string | number | null | undefined): string {
  const plain = String(value ?? "");
  const text = /^[=+\-@\t\r]/.test(plain) && typeof value === "string" ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
