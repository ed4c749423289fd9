import type { Deployment } from "../../../api/deployments";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const SLOTS = 48;
const MINUTES = 30;

export type Day = (typeof DAYS)[number];
export type Schedule = NonNullable<Deployment["spec"]["schedule"]>;
export type Window = NonNullable<Schedule["windows"]>[number];

/** Seven days of forty-eight half hours, each on or off. */
export type Week = readonly (readonly boolean[])[];

export interface Place {
  day: number;
  slot: number;
}

export const NEVER: Week = DAYS.map(() => Array<boolean>(SLOTS).fill(false));
export const ALWAYS: Week = DAYS.map(() => Array<boolean>(SLOTS).fill(true));

/** The week with the rectangle between two half hours switched. */
export function paint(week: Week, from: Place, to: Place, on: boolean): Week {
  const [firstDay, lastDay] = order(from.day, to.day);
  const [first, last] = order(from.slot, to.slot);
  return week.map((slots, day) =>
    day < firstDay || day > lastDay
      ? slots
      : slots.map((was, slot) => (slot < first || slot > last ? was : on)),
  );
}

/** What windows switch on; a half hour of which they hold any minute is on. */
export function ofWindows(windows: readonly Window[]): Week {
  const week = NEVER.map((slots) => [...slots]);
  for (const { days = DAYS, begin = "00:00", end = "00:00" } of windows) {
    const first = Math.floor(minutes(begin) / MINUTES);
    const until = minutes(end) > minutes(begin) ? minutes(end) : minutes(end) + SLOTS * MINUTES;
    const past = Math.ceil(until / MINUTES);
    for (const day of days) {
      for (let slot = first; slot < past; slot += 1) {
        const at = (DAYS.indexOf(day) + Math.floor(slot / SLOTS)) % DAYS.length;
        (week[at] as boolean[])[slot % SLOTS] = true;
      }
    }
  }
  return week;
}

/** Whether every window begins and ends on a half hour, so that the week tells it exactly. */
export function isOnHalfHours(windows: readonly Window[]): boolean {
  return windows.every(({ begin = "00:00", end = "00:00" }) =>
    [begin, end].every((time) => minutes(time) % MINUTES === 0),
  );
}

/** The fewest windows that say it; one that goes past midnight begins on its first day. */
export function toWindows(week: Week): Window[] {
  const runs = week.map(runsOf);
  const byTimes = new Map<string, Window & { days: Day[] }>();
  runs.forEach((ofDay, day) => {
    const before = runs[(day + DAYS.length - 1) % DAYS.length]?.at(-1);
    const after = runs[(day + 1) % DAYS.length]?.[0];
    for (const run of ofDay) {
      if (before && goesOn(before, run)) continue;
      const past = after && goesOn(run, after) ? after.past : run.past;
      const times = { begin: time(run.first), end: time(past % SLOTS) };
      const key = `${times.begin}–${times.end}`;
      const window = byTimes.get(key) ?? { days: [], ...times };
      window.days.push(DAYS[day] as Day);
      byTimes.set(key, window);
    }
  });
  return [...byTimes.values()];
}

/** `08:30` of the half hour with this number; `00:00` after the last. */
export function time(slot: number): string {
  const all = (slot % SLOTS) * MINUTES;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(all / 60))}:${two(all % 60)}`;
}

interface Run {
  first: number;
  past: number;
}

/** Whether a run up to midnight and the one after it are one night, shorter than a day. */
function goesOn(evening: Run, morning: Run): boolean {
  return (
    evening.past === SLOTS &&
    evening.first > 0 &&
    morning.first === 0 &&
    morning.past <= evening.first
  );
}

function runsOf(slots: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  slots.forEach((on, slot) => {
    if (!on) return;
    const last = runs.at(-1);
    if (last && last.past === slot) last.past = slot + 1;
    else runs.push({ first: slot, past: slot + 1 });
  });
  return runs;
}

function minutes(wall: string): number {
  const [hours = 0, rest = 0, seconds = 0] = wall.split(":").map(Number);
  return hours * 60 + rest + seconds / 60;
}

function order(a: number, b: number): [number, number] {
  return a < b ? [a, b] : [b, a];
}
