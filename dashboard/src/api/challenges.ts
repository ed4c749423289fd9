import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Challenge = components["schemas"]["ChallengeDocument"];

export const challengesQuery = queryOptions({
  queryKey: ["challenges"],
  queryFn: async () => (await unwrap(api.GET("/api/v1/challenges"))).items,
});

export const leaderboardQuery = (challenge_id: string) =>
  queryOptions({
    queryKey: ["challenges", challenge_id, "leaderboard"],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/challenges/{challenge_id}/leaderboard", {
          params: { path: { challenge_id } },
        }),
      ),
  });
