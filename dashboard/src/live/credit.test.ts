import { expect, test } from "vitest";
import { CreditGovernor, FULL_CREDIT, LOW_CREDIT } from "./credit";

/** Shows pictures of slot 0, each so many ms after it was taken by a camera 1 h behind. */
function show(governor: CreditGovernor, delaysMs: number[]): boolean[] {
  const behind = 3_600_000;
  return delaysMs.map((delay, i) => governor.shown(0, i * 200, i * 200 + behind + delay));
}

const prompt = Array.from({ length: 100 }, (_, i) => 20 + (i % 5));
const late = Array.from({ length: 100 }, (_, i) => (i < 10 ? 20 : 900));

test("a camera's clock that is wrong does not count as late", () => {
  const governor = new CreditGovernor();

  show(governor, prompt);

  expect(governor.credit).toBe(FULL_CREDIT);
});

test("pictures that come late lower the credit, once", () => {
  const governor = new CreditGovernor();

  const changes = show(governor, late).filter(Boolean);

  expect(governor.credit).toBe(LOW_CREDIT);
  expect(changes).toHaveLength(1);
});

test("prompt pictures bring the credit back", () => {
  const governor = new CreditGovernor();
  show(governor, late);

  show(governor, prompt);

  expect(governor.credit).toBe(FULL_CREDIT);
});
