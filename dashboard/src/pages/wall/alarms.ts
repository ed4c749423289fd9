import type { Event } from "../../api/events";

/** An alarm stays forward so long unless it is acknowledged. */
export const STAYS_MS = 30_000;
/** What waited longer is in the list of events, not an alarm. */
const WAITS_MS = 120_000;
/** Of a flood only the most pressing wait. */
const MOST_WAITING = 50;

interface Alarm {
  event: Event;
  cameMs: number;
}

/** One alarm is forward; the others wait, the most pressing first. */
export interface Alarms {
  /** Events with a smaller id were there before the wall was. */
  after: string;
  /** Ids of the list looked at last. */
  seen: ReadonlySet<string>;
  forward?: Alarm & { sinceMs: number };
  waiting: Alarm[];
}

export function noAlarms(events: readonly Event[]): Alarms {
  const ids = events.map(({ id }) => id);
  return { after: ids.toSorted().at(-1) ?? "", seen: new Set(ids), waiting: [] };
}

/**
 * Takes in the newest events, lets go what had its time or was reviewed, and moves up.
 *
 * @param events Newest first; all that may become an alarm.
 */
export function look(alarms: Alarms, events: readonly Event[], nowMs: number): Alarms {
  const reviewed = new Set(events.filter(isReviewed).map(({ id }) => id));
  const come = events
    .filter(({ id }) => id > alarms.after && !alarms.seen.has(id) && !reviewed.has(id))
    .map((event) => ({ event, cameMs: nowMs }));
  const waiting = [...come, ...alarms.waiting].filter(
    ({ event, cameMs }) => nowMs - cameMs < WAITS_MS && !reviewed.has(event.id),
  );
  const { forward } = alarms;
  const stays =
    forward && nowMs - forward.sinceMs < STAYS_MS && !reviewed.has(forward.event.id)
      ? forward
      : undefined;
  const seen = new Set(events.map(({ id }) => id));
  return moveUp({ after: alarms.after, seen, forward: stays, waiting }, nowMs);
}

/** The alarm that is forward was seen by a person. */
export function acknowledge(alarms: Alarms, nowMs: number): Alarms {
  return moveUp({ ...alarms, forward: undefined }, nowMs);
}

/** The most pressing comes forward if nothing is there, or something less severe. */
function moveUp(alarms: Alarms, nowMs: number): Alarms {
  const { forward } = alarms;
  const [first, ...others] = alarms.waiting.toSorted(byUrgency);
  if (!first || (forward && weight(first.event) <= weight(forward.event))) {
    return { ...alarms, waiting: (first ? [first, ...others] : []).slice(0, MOST_WAITING) };
  }
  const back = forward ? [{ event: forward.event, cameMs: forward.cameMs }] : [];
  const waiting = [...back, ...others].toSorted(byUrgency).slice(0, MOST_WAITING);
  return { ...alarms, forward: { ...first, sinceMs: nowMs }, waiting };
}

function byUrgency(a: Alarm, b: Alarm): number {
  return weight(b.event) - weight(a.event) || (a.event.id < b.event.id ? 1 : -1);
}

function weight({ severity }: Event): number {
  return ["notice", "major", "critical"].indexOf(severity);
}

function isReviewed({ verdict }: Event): boolean {
  return verdict !== "unreviewed";
}
