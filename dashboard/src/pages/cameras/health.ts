/** A state a camera was in from its beginning until the next newer one began. */
export interface Told {
  state: string;
  since: string;
}

export interface Stretch {
  state: string;
  from: number;
  until: number;
}

/** The states between two moments, newest first as they are told; times in ms. */
export function stretches(told: readonly Told[], begin: number, end: number): Stretch[] {
  return told
    .map(({ state, since }, at) => ({
      state,
      from: Math.max(begin, Date.parse(since)),
      until: Math.min(end, at === 0 ? end : Date.parse((told[at - 1] as Told).since)),
    }))
    .filter(({ from, until }) => until > from);
}

/** Share of the known time in which pictures came, 0–1; what was switched off does not count. */
export function shareUp(known: readonly Stretch[]): number {
  const counted = known.filter(({ state }) => state !== "disabled" && state !== "registered");
  const time = (some: readonly Stretch[]) =>
    some.reduce((sum, { from, until }) => sum + until - from, 0);
  const up = counted.filter(({ state }) => state === "online" || state === "degraded");
  return counted.length ? time(up) / time(counted) : 0;
}

/** `3 d 4 h`, `12 min 5 s`: the two units that matter. */
export function duration(until: number, from: number): string {
  let left = Math.max(0, Math.round((until - from) / 1000));
  const parts: string[] = [];
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0 || (unit === "s" && parts.length === 0)) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ");
}

const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
] as const;
