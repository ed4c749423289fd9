import { expect, test } from "vitest";
import { backoffMs } from "./backoff";

test("each try waits longer, up to a quarter of a minute", () => {
  const waits = [0, 1, 2, 3, 4, 20].map((attempt) => backoffMs(attempt, 0.5));

  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
});
