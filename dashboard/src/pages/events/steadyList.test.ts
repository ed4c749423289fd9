import { expect, test } from "vitest";
import { steadied } from "./steadyList";

const at = (second: number, verdict = "unreviewed") => ({
  id: `e${second}`,
  opened_at: `2026-11-24T12:00:0${second}Z`,
  verdict,
});

test("what was judged stays, what is older follows, what is newer waits", () => {
  const shown = [at(5), at(4)];

  const after = steadied(shown, [at(9), at(4, "confirmed"), at(3)]);

  expect(after).toEqual([at(5), at(4, "confirmed"), at(3)]);
});

test("a list that was empty takes what comes", () => {
  expect(steadied([], [at(2), at(1)])).toEqual([at(2), at(1)]);
});
