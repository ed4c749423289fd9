import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Sink = components["schemas"]["SinkDocument"];
export type NewSink = components["schemas"]["NewSinkDocument"];
export type SinkOrder = components["schemas"]["SinkOrder"];
export type Delivery = components["schemas"]["DeliveryDocument"];

export const DELIVERY_STATES = ["waiting", "delivered", "failed"] as const;

export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Messages are sent within a second; who looks at them waits for that. */
const REFRESH_MS = 3_000;

/** So many are shown, the newest. */
export const MOST_DELIVERIES = 50;

export const sinksQuery = queryOptions({
  queryKey: ["sinks", "list"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/v1/sinks", { params: { query: { limit: 100 } } }))).items,
  refetchInterval: REFRESH_MS,
});

export const sinkQuery = (sink_id: string) =>
  queryOptions({
    queryKey: ["sinks", "one", sink_id],
    queryFn: () => unwrap(api.GET("/api/v1/sinks/{sink_id}", { params: { path: { sink_id } } })),
    refetchInterval: REFRESH_MS,
  });

export const deliveriesQuery = (sink_id: string, state?: DeliveryState) =>
  queryOptions({
    queryKey: ["sinks", "deliveries", sink_id, state],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/sinks/{sink_id}/deliveries", {
          params: { path: { sink_id }, query: { state, limit: MOST_DELIVERIES } },
        }),
      ),
    refetchInterval: REFRESH_MS,
  });

/** The answer has the secret, this once. */
export function createSink(body: SinkOrder): Promise<NewSink> {
  return unwrap(api.POST("/api/v1/sinks", { body }));
}

export function replaceSink(sink_id: string, revision: number, body: SinkOrder): Promise<Sink> {
  return unwrap(
    api.PUT("/api/v1/sinks/{sink_id}", {
      params: { path: { sink_id }, header: { "if-match": `"${revision}"` } },
      body,
    }),
  );
}

export function deleteSink(sink_id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/sinks/{sink_id}", { params: { path: { sink_id } } }));
}

export function tryAgain(sink_id: string, delivery_id: string): Promise<Delivery> {
  return unwrap(
    api.POST("/api/v1/sinks/{sink_id}/deliveries/{delivery_id}/attempts", {
      params: { path: { sink_id, delivery_id } },
    }),
  );
}

/** All that has failed for good is sent once more. */
export function tryAllAgain(sink_id: string): Promise<unknown> {
  return unwrap(
    api.POST("/api/v1/sinks/{sink_id}/attempts", {
      params: { path: { sink_id } },
      body: { state: "failed" },
    }),
  );
}
