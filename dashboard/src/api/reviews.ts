import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type NewReview = components["schemas"]["ReviewOrder"];
export type Verdict = NewReview["verdict"];
export type FalseAlarmReason = NonNullable<NewReview["reason"]>;

/** In the order of their keys, 1 to 7. */
export const FALSE_ALARM_REASONS = [
  "look_alike",
  "wrong_class",
  "allowed",
  "wrong_place",
  "poor_picture",
  "tracking",
  "other",
] as const satisfies readonly FalseAlarmReason[];

export function addReview(event_id: string, body: NewReview) {
  return unwrap(
    api.POST("/api/v1/events/{event_id}/reviews", { params: { path: { event_id } }, body }),
  );
}

/** All that was said of an event, in order. */
export const reviewsQuery = (event_id: string) =>
  queryOptions({
    queryKey: ["events", "reviews", event_id],
    queryFn: () =>
      unwrap(api.GET("/api/v1/events/{event_id}/reviews", { params: { path: { event_id } } })),
  });
