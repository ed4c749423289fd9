import { expect, test } from "vitest";
import type { Event } from "../../api/events";
import { acknowledge, type Alarms, look, noAlarms, STAYS_MS } from "./alarms";

function event(id: string, severity = "major", verdict = "unreviewed"): Event {
  return { id, severity, verdict } as Event;
}

function forward(alarms: Alarms): string | undefined {
  return alarms.forward?.event.id;
}

test("what happened before is no alarm, what happens now is", () => {
  const before = [event("2"), event("1")];

  const quiet = look(noAlarms(before), before, 0);
  const loud = look(quiet, [event("3"), ...before], 10);

  expect(forward(quiet)).toBeUndefined();
  expect(forward(loud)).toBe("3");
});

test("a second alarm waits its turn, a more severe one does not", () => {
  const first = look(noAlarms([]), [event("1")], 0);

  const second = look(first, [event("2"), event("1")], 10);
  const third = look(second, [event("3", "critical"), event("2"), event("1")], 20);

  expect(forward(second)).toBe("1");
  expect(forward(third)).toBe("3");
  expect(third.waiting.map((alarm) => alarm.event.id)).toEqual(["2", "1"]);
});

test("an alarm stays until it is acknowledged or had its time", () => {
  const events = [event("2"), event("1")];
  const alarms = look(look(noAlarms([]), [event("1")], 0), events, 1);

  expect(forward(look(alarms, events, STAYS_MS - 1))).toBe("1");
  expect(forward(look(alarms, events, STAYS_MS))).toBe("2");
  expect(forward(acknowledge(alarms, 5))).toBe("2");
  expect(forward(acknowledge(acknowledge(alarms, 5), 6))).toBeUndefined();
});

test("what was acknowledged does not come back", () => {
  const events = [event("1")];
  const alarms = acknowledge(look(noAlarms([]), events, 0), 5);

  expect(forward(look(alarms, events, 10))).toBeUndefined();
});

test("a verdict ends the alarm on every wall", () => {
  const alarms = look(noAlarms([]), [event("1")], 0);

  expect(forward(look(alarms, [event("1", "major", "confirmed")], 10))).toBeUndefined();
});

test("of a flood only the most pressing wait, and not for ever", () => {
  let alarms = noAlarms([]);
  for (let n = 0; n < 400; n += 1) {
    alarms = look(alarms, [event(String(n).padStart(4, "0"), "notice")], n);
  }

  expect(alarms.waiting).toHaveLength(50);
  expect(look(alarms, [], 10 * 60_000).waiting).toHaveLength(0);
});
