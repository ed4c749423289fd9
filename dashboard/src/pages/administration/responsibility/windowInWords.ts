import type { Window } from "../../../api/responsibility";
import type { Language } from "../../../i18n";

const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

/** When a row holds: `Mon–Fri 08:00–18:00`; what is not limited is left out. */
export function windowInWords(language: Language, window: Window): string {
  const { days = [], start = "00:00:00", end = "00:00:00", first_day, last_day } = window;
  const week = days.length === 7 ? "" : daysInWords(language, days);
  const whole = start === end;
  const hours = whole ? "" : `${start.slice(0, 5)}–${end.slice(0, 5)}`;
  const dates = first_day || last_day ? `${first_day ?? ""} … ${last_day ?? ""}`.trim() : "";
  return [week, hours, dates].filter(Boolean).join(" ");
}

/** Days in a row become a range; 1 is Monday. */
function daysInWords(language: Language, days: number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const day of days.toSorted((one, other) => one - other)) {
    const run = runs.at(-1);
    if (run && run[1] === day - 1) run[1] = day;
    else runs.push([day, day]);
  }
  const name = (day: number) =>
    new Intl.DateTimeFormat(LOCALES[language], { weekday: "short", timeZone: "UTC" }).format(
      // The first of January 2024 was a Monday.
      Date.UTC(2024, 0, day),
    );
  return runs
    .map(([first, last]) => (first === last ? name(first) : `${name(first)}–${name(last)}`))
    .join(", ");
}
