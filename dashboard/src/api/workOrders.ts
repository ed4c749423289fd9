import { queryOptions } from "@tanstack/react-query";
import { api, send, unwrap } from "./client";
import { Problem } from "./problem";
import type { components } from "./schema";

export type WorkOrder = components["schemas"]["WorkOrderDocument"];
export type Transition = components["schemas"]["TransitionOrder"];
export type ReturnReason = NonNullable<Transition["reason"]>;

export const RETURN_REASONS = [
  "wrong_unit",
  "wrong_place",
  "nothing_there",
  "duplicate",
  "other",
] as const satisfies readonly ReturnReason[];

export const ORDER_STATES = [
  "none",
  "returned",
  "dispatched",
  "accepted",
  "in_progress",
  "reopened",
  "resolved",
  "verified",
  "closed",
] as const;

export type OrderState = (typeof ORDER_STATES)[number];

export interface OrderFilters {
  unit?: string;
  division?: string;
}

/** So many cards of a state; who looks for more filters. */
export const MOST_OF_STATE = 100;

export const ordersQuery = (state: OrderState, filters: OrderFilters) =>
  queryOptions({
    queryKey: ["orders", "list", state, filters],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/work-orders", {
          params: { query: { ...filters, state, limit: MOST_OF_STATE } },
        }),
      ),
  });

export const orderQuery = (order_id: string) =>
  queryOptions({
    queryKey: ["orders", "one", order_id],
    queryFn: () =>
      unwrap(api.GET("/api/v1/work-orders/{order_id}", { params: { path: { order_id } } })),
  });

/** The units that the responsibility list in force names; none without a list. */
export const unitsQuery = queryOptions({
  queryKey: ["responsibility-list", "units"],
  staleTime: 60_000,
  queryFn: async () => {
    try {
      return (await unwrap(api.GET("/api/v1/responsibility-lists/current"))).units;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return [];
      throw error;
    }
  },
});

export function orderWork(event_id: string) {
  return unwrap(api.POST("/api/v1/work-orders", { body: { event_id } }));
}

export function moveOrder(order_id: string, body: Transition) {
  return unwrap(
    api.POST("/api/v1/work-orders/{order_id}/transitions", { params: { path: { order_id } }, body }),
  );
}

/** A photo travels as a form, which the typed client does not write. */
export function resolveOrder(id: string, photo: File, note: string): Promise<WorkOrder> {
  const form = new FormData();
  form.set("photo", photo);
  if (note) form.set("note", note);
  const path = `/api/v1/work-orders/${encodeURIComponent(id)}/resolutions`;
  return send(path, { method: "POST", body: form });
}
