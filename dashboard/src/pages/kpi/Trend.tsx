import { useQuery } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import { csvUrl, type Period, type Place, wearingQuery } from "../../api/kpis";
import type { ChartHandle } from "./Chart";
import type { Ink } from "./ink";
import { Chart, Panel } from "./Panel";
import { dayOf, daysOf } from "./periods";
import { trendOption } from "./trendOption";
import type { Change } from "./useChanges";

const HEIGHT = 280;

export function Trend(props: { period: Period; place: Place; changes: Change[] }) {
  const { t } = useTranslation();
  const { period, place, changes } = props;
  const wearing = useQuery(wearingQuery(period, place, "day"));
  const handle = useRef<ChartHandle>(null);
  const rows = wearing.data;
  const draw = useCallback(
    (ink: Ink) =>
      trendOption(ink, {
        rows: rows ?? [],
        days: daysOf(period),
        today: dayOf(new Date()),
        changes,
        words: {
          rate: t("kpi.rate"),
          band: t("kpi.band"),
          riders: t("kpi.riders"),
          noData: t("kpi.noData"),
          today: t("kpi.today"),
        },
      }),
    [rows, period, changes, t],
  );

  return (
    <Panel
      title={t("kpi.trend")}
      lead={t("kpi.trendLead")}
      asked={wearing}
      height={HEIGHT}
      chart={handle}
      csv={csvUrl("helmet-wearing", { ...period, ...place, group_by: "day" })}
    >
      <Chart label={t("kpi.trend")} height={HEIGHT} draw={draw} handle={handle} />
    </Panel>
  );
}
