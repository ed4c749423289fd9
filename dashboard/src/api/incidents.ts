import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

/** An incident with its newest events. */
export const incidentQuery = (incident_id: string) =>
  queryOptions({
    queryKey: ["events", "incident", incident_id],
    queryFn: () =>
      unwrap(api.GET("/api/v1/incidents/{incident_id}", { params: { path: { incident_id } } })),
  });
