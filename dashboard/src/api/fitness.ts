import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Fitness = components["schemas"]["FitnessCheckDocument"];
type Order = components["schemas"]["FitnessCheckOrder"];

/** Whether a camera is fit for a scenario; may look at its newest pictures, which takes seconds. */
export const fitnessQuery = (camera_id: string, order: Order) =>
  queryOptions({
    queryKey: ["fitness", camera_id, order],
    queryFn: () =>
      unwrap(
        api.POST("/api/v1/cameras/{camera_id}/fitness-checks", {
          params: { path: { camera_id } },
          body: order,
        }),
      ),
    staleTime: 60_000,
    retry: false,
  });
