import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem } from "./api/problem";
import { forgetSession } from "./api/session";
import { router } from "./router";

/** A session that ended leads back to signing in, whichever call found out. */
function onError(error: Error): void {
  if (!(error instanceof Problem) || error.status !== 401) return;
  forgetSession();
  void router.invalidate();
}

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      // Trying again helps when the platform is away, not when it refused.
      retry: (count, error) => error instanceof Problem && error.status === 0 && count < 2,
      refetchOnWindowFocus: true,
    },
  },
});
