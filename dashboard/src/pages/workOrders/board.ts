import type { OrderState, WorkOrder } from "../../api/workOrders";

/** The columns of the board, from left to right, and the states that stand in each. */
export const COLUMNS = [
  { name: "waiting", states: ["none", "returned"] },
  { name: "dispatched", states: ["dispatched"] },
  { name: "working", states: ["accepted", "in_progress", "reopened"] },
  { name: "resolved", states: ["resolved"] },
  { name: "done", states: ["verified", "closed"] },
] as const satisfies readonly { name: string; states: readonly OrderState[] }[];

const LATE: readonly string[] = ["dispatched", "accepted", "in_progress", "reopened"];

/** Whether a unit should have acted by now. */
export function isOverdue(order: Pick<WorkOrder, "state" | "due_at">, now = Date.now()): boolean {
  return LATE.includes(order.state) && order.due_at !== null && Date.parse(order.due_at) < now;
}

/** What is due first stands first; what has no deadline comes last, newest first. */
export function byDeadline(a: WorkOrder, b: WorkOrder): number {
  if (a.due_at && b.due_at && a.due_at !== b.due_at) return a.due_at < b.due_at ? -1 : 1;
  if (!a.due_at !== !b.due_at) return a.due_at ? -1 : 1;
  return a.id < b.id ? 1 : -1;
}
