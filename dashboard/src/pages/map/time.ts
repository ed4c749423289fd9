const HOUR_MS = 3_600_000;

/** The slider reaches so many ranges back. */
export const MOST_BACK = 30;

/** How many ranges before now the time ends, as the slider shows it. */
export function stepsBack(hours: number, until: string | undefined, now = Date.now()): number {
  if (!until) return 0;
  const steps = Math.round((now - Date.parse(until)) / (hours * HOUR_MS));
  return Math.min(MOST_BACK, Math.max(0, steps));
}

/** The end of the time so many ranges back; undefined: now. */
export function untilBack(hours: number, steps: number, now = Date.now()): string | undefined {
  if (steps <= 0) return undefined;
  const minute = 60_000;
  const end = Math.floor(now / minute) * minute - Math.min(steps, MOST_BACK) * hours * HOUR_MS;
  return new Date(end).toISOString();
}

export function sinceOf(hours: number, until: string | undefined, now = Date.now()): string {
  return new Date((until ? Date.parse(until) : now) - hours * HOUR_MS).toISOString();
}
