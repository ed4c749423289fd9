import { useQuery } from "@tanstack/react-query";
import { camerasQuery } from "../../api/cameras";
import { situationsQuery } from "../../api/situations";
import { wallViewsQuery } from "../../api/wallViews";
import type { WallSearch } from "./search";
import { type Known, type ShownView, viewOf } from "./view";

export interface WallData {
  known: Known;
  /** Undefined before everything was read, and where the address names a view that is not there. */
  view: ShownView | undefined;
  ready: boolean;
  error: Error | null;
  retry: () => void;
}

/** What there is to show, and what the address asks for of it. */
export function useWall(search: WallSearch): WallData {
  const cameras = useQuery(camerasQuery);
  const views = useQuery(wallViewsQuery);
  const situations = useQuery(situationsQuery);
  const failed = [cameras, views, situations].find(({ error }) => error);
  const ready = cameras.isSuccess && views.isSuccess && situations.isSuccess;
  const known = {
    cameras: cameras.data ?? [],
    views: views.data ?? [],
    situations: situations.data ?? [],
  };
  return {
    known,
    view: ready ? viewOf(search, known) : undefined,
    ready,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  };
}
