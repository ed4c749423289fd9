import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { deploymentsQuery, revisionsQuery } from "../../api/deployments";
import type { Period, Place } from "../../api/kpis";
import { dayOf } from "./periods";

export interface Change {
  /** By the viewer's clock. */
  day: string;
  /** Which revision, by whom. */
  what: string;
}

const SCENARIO = "rider-helmet";

/** When deployments that count riders here were changed in the period; the first revision is none. */
export function useChanges(period: Period, place: Place): Change[] {
  const { t } = useTranslation();
  const deployments = useQuery(deploymentsQuery).data ?? [];
  const counting = deployments.filter(
    ({ spec, camera_ids }) =>
      spec.scenario === SCENARIO && (!place.camera_id || camera_ids.includes(place.camera_id)),
  );
  const revisions = useQueries({
    queries: counting.map(({ id }) => revisionsQuery(id)),
    combine: (results) => results.flatMap((result) => result.data ?? []),
  });
  return useMemo(
    () =>
      revisions
        .filter(({ revision, created_at }) => {
          const at = Date.parse(created_at);
          return revision > 1 && at >= Date.parse(period.since) && at < Date.parse(period.until);
        })
        .map(({ revision, created_by, created_at }) => ({
          day: dayOf(new Date(created_at)),
          what: t("kpi.change", { revision, by: created_by }),
        })),
    [revisions, period, t],
  );
}
