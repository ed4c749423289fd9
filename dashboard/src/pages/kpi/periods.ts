import type { Period } from "../../api/kpis";

const DAY_MS = 86_400_000;

/** So many whole days, today among them, up to the next full hour: queries stay the same within it. */
export function lastDays(days: number, now = new Date()): Period {
  const until = new Date(now);
  until.setMinutes(60, 0, 0);
  const since = new Date(now);
  since.setHours(0, 0, 0, 0);
  since.setDate(since.getDate() - days + 1);
  return { since: since.toISOString(), until: until.toISOString() };
}

/** What is compared: before and after a day, or the period before this one and this one. */
export function compared(period: Period, split?: string): [before: Period, after: Period] {
  const at = split ? new Date(`${split}T00:00:00`).toISOString() : period.since;
  if (split && at > period.since && at < period.until) {
    return [
      { since: period.since, until: at },
      { since: at, until: period.until },
    ];
  }
  const length = Date.parse(period.until) - Date.parse(period.since);
  const since = new Date(Date.parse(period.since) - length).toISOString();
  return [{ since, until: period.since }, period];
}

/** Every day of a period by the viewer's clock, as `2026-11-24`. */
export function daysOf(period: Period): string[] {
  const days: string[] = [];
  const end = Date.parse(period.until);
  for (let at = Date.parse(period.since); at < end; at += DAY_MS) days.push(dayOf(new Date(at)));
  return days;
}

export function dayOf(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
