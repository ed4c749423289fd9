import { expect, test } from "vitest";
import type { Camera } from "../api/cameras";
import type { LiveState } from "./protocol";
import { tileState } from "./tileState";

const SINCE = "2026-11-30T06:02:00Z";

function camera(state: string, spec: Partial<Camera["spec"]> = {}): Camera {
  const status = { state, reason: null, message: null, since: SINCE };
  return { spec: { kind: "stream", analysed_fps: 5, poll_s: 10, ...spec }, status } as Camera;
}

function told(state: string | null, reason: string | null = null): LiveState {
  return { camera: "c", state, reason, message: null, classes: [] };
}

test("before the first picture it is connecting", () => {
  expect(tileState(camera("registered"), undefined, undefined).kind).toBe("connecting");
  expect(tileState(camera("online"), told("online"), undefined).kind).toBe("connecting");
});

test("pictures that come are live, and late once they stop", () => {
  expect(tileState(camera("online"), told("online"), 1)).toEqual({ kind: "live", state: "online" });
  expect(tileState(camera("online"), told("online"), 4)).toMatchObject({ kind: "late", lateS: 4 });
});

test("a camera that sends a picture now and then is not late in between", () => {
  const slow = camera("online", { kind: "snapshot", poll_s: 10 });

  expect(tileState(slow, told("online"), 15).kind).toBe("live");
  expect(tileState(slow, told("online"), 21).kind).toBe("late");
});

test("what came with the pictures counts before what was read earlier", () => {
  const away = tileState(camera("online"), told("offline", "unreachable"), 60);

  expect(away).toMatchObject({ kind: "away", state: "offline", since: undefined });
  expect(away.why?.reason).toBe("unreachable");
});

test("offline says since when", () => {
  expect(tileState(camera("offline"), told("offline"), 60).since).toBe(SINCE);
});

test("degraded says why, and how late it is", () => {
  const state = tileState(camera("degraded"), told("degraded", "frozen"), 9);

  expect(state).toMatchObject({ kind: "degraded", lateS: 9, since: SINCE });
  expect(state.why?.reason).toBe("frozen");
});
