import { expect, test } from "vitest";
import type { Camera } from "../../api/cameras";
import { chosen, countStates } from "./chosen";
import { readCamerasSearch } from "./search";

function camera(name: string, state: string, more: Partial<Camera["spec"]> = {}): Camera {
  const spec = { url: `rtsp://10.0.0.1/${name}`, division: null, tags: [], ...more };
  const status = { state, reason: null, message: null, since: "2026-11-24T12:00:00Z" };
  return { id: name, name, spec, status } as unknown as Camera;
}

const CITY = [
  camera("Gate 10", "online", { division: "Longgang/Buji", tags: ["school"] }),
  camera("Gate 2", "offline", { division: "Longgang" }),
  camera("Bridge", "online", { division: "Longgang2" }),
];

const names = (search: Record<string, unknown>) =>
  chosen(CITY, readCamerasSearch(search)).map(({ name }) => name);

test("names are in the order that people count in", () => {
  expect(names({})).toEqual(["Bridge", "Gate 2", "Gate 10"]);
  expect(names({ by: "state" })).toEqual(["Bridge", "Gate 10", "Gate 2"]);
});

test("a division holds everything below it and nothing beside it", () => {
  expect(names({ division: "Longgang" })).toEqual(["Gate 2", "Gate 10"]);
});

test("every word must be found somewhere", () => {
  expect(names({ text: "GATE 10.0" })).toEqual(["Gate 2", "Gate 10"]);
  expect(names({ text: "gate school" })).toEqual(["Gate 10"]);
});

test("state and tag narrow it, and anything unknown is dropped", () => {
  expect(names({ state: "online", tag: "school" })).toEqual(["Gate 10"]);
  expect(names({ state: "sleeping" })).toHaveLength(3);
});

test("states are counted", () => {
  expect(Object.fromEntries(countStates(CITY))).toEqual({ online: 2, offline: 1 });
});
