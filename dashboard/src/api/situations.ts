import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";

export const situationsQuery = queryOptions({
  queryKey: ["situations"],
  queryFn: async () => (await unwrap(api.GET("/api/v1/situations"))).items,
});
