import { expect, test } from "vitest";
import type { Camera } from "../../../api/cameras";
import type { Node } from "../../../api/nodes";
import { standingOf } from "../../../meaning/nodeTone";
import { capacityOf, countStates } from "./capacity";

function node(state: string, drained: boolean, planned_cores: number): Node {
  return { spec: { drained }, status: { state, planned_cores, usable_cores: 2 } } as Node;
}

test("only nodes that take cameras have room, and one asked too much has none to lend", () => {
  const nodes = [
    node("alive", false, 0.5),
    node("alive", false, 3),
    node("alive", true, 0),
    node("gone", false, 0),
  ];

  expect(capacityOf(nodes)).toEqual({ alive: 3, total: 4, free: "1.5", usable: "4.0" });
});

test("cameras are counted by state, the most frequent first", () => {
  const cameras = ["offline", "online", "online"].map((state) => ({ status: { state } }) as Camera);

  expect(countStates(cameras)).toEqual([
    { state: "online", count: 2 },
    { state: "offline", count: 1 },
  ]);
});

test("a node drains until its last camera is elsewhere", () => {
  expect(standingOf("alive", false, 3)).toBe("alive");
  expect(standingOf("alive", true, 3)).toBe("draining");
  expect(standingOf("alive", true, 0)).toBe("drained");
  expect(standingOf("gone", true, 0)).toBe("gone");
});
