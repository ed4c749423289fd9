import { expect, test } from "vitest";
import type { Camera } from "../../api/cameras";
import type { Deployment } from "../../api/deployments";
import { stateOf } from "./stateOf";

function deployment(change: object = {}): Deployment {
  return {
    camera_ids: ["a", "b"],
    problem: null,
    spec: { enabled: true },
    ...change,
  } as unknown as Deployment;
}

function cameras(...states: string[]): Camera[] {
  return states.map((state, at) => ({ id: "abc"[at], status: { state } })) as unknown as Camera[];
}

test("a deployment does as well as its cameras", () => {
  expect(stateOf(deployment(), cameras("online", "online", "offline"))).toBe("running");
  expect(stateOf(deployment(), cameras("online", "offline"))).toBe("degraded");
  expect(stateOf(deployment(), cameras("degraded", "online"))).toBe("degraded");
  expect(stateOf(deployment(), cameras("probing", "offline"))).toBe("waiting");
});

test("paused, broken and without cameras come before what the cameras do", () => {
  const online = cameras("online", "online");

  expect(stateOf(deployment({ spec: { enabled: false }, problem: "gone" }), online)).toBe("paused");
  expect(stateOf(deployment({ problem: "gone" }), online)).toBe("broken");
  expect(stateOf(deployment({ camera_ids: [] }), online)).toBe("idle");
});
