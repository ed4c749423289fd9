import { useQuery } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import { csvUrl, eventCountsQuery, type Period, type Place } from "../../api/kpis";
import { Empty } from "../../parts/Empty";
import type { ChartHandle } from "./Chart";
import { base, type Ink } from "./ink";
import { Chart, Panel } from "./Panel";

const HEIGHT = 220;
const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

/** When events happen, and what people said of them. */
export function ByHour(props: { period: Period; place: Place }) {
  const { t } = useTranslation();
  const { period, place } = props;
  const events = useQuery(eventCountsQuery(period, place, "hour_of_day"));
  const handle = useRef<ChartHandle>(null);
  const rows = events.data;
  const draw = useCallback(
    (ink: Ink) => {
      const { axis, ...rest } = base(ink);
      const byHour = new Map((rows ?? []).map((row) => [row.group, row]));
      const series = (name: string, colour: string, of: (hour: string) => number) => ({
        type: "bar",
        name,
        stack: "events",
        barMaxWidth: 24,
        itemStyle: { color: colour },
        data: HOURS.map(of),
      });
      const said = (hour: string) => byHour.get(hour);
      return {
        ...rest,
        xAxis: { type: "category", data: HOURS, ...axis },
        yAxis: { type: "value", minInterval: 1, ...axis },
        series: [
          series(t("kpi.confirmed"), ink.good, (hour) => said(hour)?.confirmed ?? 0),
          series(t("kpi.falseAlarms"), ink.quiet, (hour) => said(hour)?.false_alarms ?? 0),
          series(t("kpi.unreviewed"), ink.notice, (hour) => {
            const row = said(hour);
            return row ? row.events - row.confirmed - row.false_alarms : 0;
          }),
        ],
      };
    },
    [rows, t],
  );

  return (
    <Panel
      title={t("kpi.byHour")}
      asked={events}
      height={HEIGHT}
      chart={handle}
      csv={csvUrl("events", { ...period, ...place, group_by: "hour_of_day" })}
    >
      {rows?.length === 0 ? (
        <Empty text={t("kpi.noEvents")} />
      ) : (
        <Chart label={t("kpi.byHour")} height={HEIGHT} draw={draw} handle={handle} />
      )}
    </Panel>
  );
}
