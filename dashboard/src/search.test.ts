import { expect, test } from "vitest";
import { readEventsSearch, readNextSearch } from "./search";

test("after signing in one stays on this dashboard", () => {
  expect(readNextSearch({ next: "/events?camera_id=c1" }).next).toBe("/events?camera_id=c1");
  expect(readNextSearch({ next: "//elsewhere" }).next).toBeUndefined();
  expect(readNextSearch({ next: "/\\elsewhere" }).next).toBeUndefined();
  expect(readNextSearch({ next: "https://elsewhere" }).next).toBeUndefined();
});

test("a life cycle that does not exist is no filter", () => {
  expect(readEventsSearch({ life_cycle: "closed", camera_id: "c1" })).toEqual({ camera_id: "c1" });
});
