import { expect, test } from "vitest";
import { boxAt } from "./clipTime";

const event = {
  opened_at: "2026-11-24T12:00:05Z",
  path: [
    ["2026-11-24T12:00:04Z", 0.1, 0.1, 0.2, 0.2],
    ["2026-11-24T12:00:05Z", 0.3, 0.1, 0.4, 0.2],
  ] as [string, number, number, number, number][],
};

test("the box of the moment the event opened is at opened_s of the clip", () => {
  expect(boxAt(event, 6.2, 6.2)).toEqual([0.3, 0.1, 0.4, 0.2]);
  expect(boxAt(event, 6.2, 5.3)).toEqual([0.1, 0.1, 0.2, 0.2]);
});

test("where the subject was not seen there is no box", () => {
  expect(boxAt(event, 6.2, 0)).toBeUndefined();
});
