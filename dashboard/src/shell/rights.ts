import type { Action } from "../api/session";

/** What opens a page, by its address or the first part of it: one of these rights is enough. */
const NEEDS: Record<string, readonly Action[]> = {
  "/": ["live.read"],
  "/map": ["cameras.read"],
  "/cameras": ["cameras.read"],
  "/cameras/new": ["cameras.write"],
  "/cameras/import": ["cameras.write"],
  "/scenarios": ["scenarios.read"],
  "/deployments": ["deployments.read"],
  "/deployments/new": ["deployments.write"],
  "/events": ["events.read"],
  "/work-orders": ["work_orders.read"],
  "/kpis": ["kpis.read"],
  "/algorithms": ["algorithms.read"],
  "/algorithms/submit": ["algorithms.submit"],
  "/training": ["training.read"],
  "/administration": [
    "nodes.read",
    "responsibility.read",
    "sinks.read",
    "access.read",
    "audit.read",
  ],
};

/** Whether the page at this address opens to who may do these things; others open to everybody. */
export function opens(path: string, may: (action: Action) => boolean): boolean {
  const first = `/${path.split("/")[1] ?? ""}`;
  return (NEEDS[path] ?? NEEDS[first])?.some(may) ?? true;
}
