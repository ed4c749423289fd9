import type { Camera } from "../../../api/cameras";
import type { Node } from "../../../api/nodes";

/** Of all nodes that take cameras; cores with one decimal. */
export interface Capacity {
  alive: number;
  total: number;
  free: string;
  usable: string;
}

export function capacityOf(nodes: Node[]): Capacity {
  const alive = nodes.filter(({ status }) => status.state === "alive");
  const taking = alive.filter(({ spec }) => !spec.drained);
  const sum = (of: (node: Node) => number) => taking.reduce((cores, node) => cores + of(node), 0);
  const usable = sum(({ status }) => status.usable_cores);
  const free = sum(({ status }) => Math.max(0, status.usable_cores - status.planned_cores));
  return {
    alive: alive.length,
    total: nodes.length,
    free: free.toFixed(1),
    usable: usable.toFixed(1),
  };
}

/** How many cameras are in each state, those with the most first. */
export function countStates(cameras: Camera[]): { state: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { status } of cameras) counts.set(status.state, (counts.get(status.state) ?? 0) + 1);
  return [...counts]
    .map(([state, count]) => ({ state, count }))
    .sort((one, other) => other.count - one.count);
}
