import { expect, test } from "vitest";
import type { Action } from "../api/session";
import { PAGES } from "./pages";
import { opens } from "./rights";

const reviewer = (action: Action) => action === "events.read" || action === "cameras.read";

test("a page opens by one of its rights, and so does all that lies below it", () => {
  expect(opens("/events", reviewer)).toBe(true);
  expect(opens("/cameras/01J", reviewer)).toBe(true);
  expect(opens("/cameras/new", reviewer)).toBe(false);
  expect(opens("/deployments/01J", reviewer)).toBe(false);
  expect(opens("/administration", reviewer)).toBe(false);
  expect(opens("/", reviewer)).toBe(false);
  expect(opens("/administration", (action) => action === "sinks.read")).toBe(true);
});

test("every page of the header is about a right", () => {
  expect(PAGES.filter(({ to }) => opens(to, () => false))).toEqual([]);
});
