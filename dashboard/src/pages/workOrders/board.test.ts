import { expect, test } from "vitest";
import { COLUMNS, isOverdue } from "./board";
import { ORDER_STATES } from "../../api/workOrders";

const NOW = Date.parse("2026-11-24T12:00:00Z");

test("every state stands in one column", () => {
  const placed = COLUMNS.flatMap((column): string[] => [...column.states]);
  expect(placed.toSorted()).toEqual([...ORDER_STATES].toSorted());
});

test("only what a unit must still do is overdue", () => {
  const due_at = "2026-11-24T11:59:00Z";
  expect(isOverdue({ state: "accepted", due_at }, NOW)).toBe(true);
  expect(isOverdue({ state: "resolved", due_at }, NOW)).toBe(false);
  expect(isOverdue({ state: "accepted", due_at: "2026-11-24T12:01:00Z" }, NOW)).toBe(false);
  expect(isOverdue({ state: "none", due_at: null }, NOW)).toBe(false);
});
