import { type QueryKey, useQuery, type UseQueryOptions, type UseQueryResult } from "@tanstack/react-query";
import type { Action } from "../api/session";
import { useMay } from "./useMay";

/** What a page asks beside its own matter: not asked of who has no right to it. */
export function useQueryIfMay<T, D, K extends QueryKey>(
  needs: Action,
  query: UseQueryOptions<T, Error, D, K>,
): UseQueryResult<D> {
  const may = useMay();
  return useQuery({ ...query, enabled: may(needs) });
}
