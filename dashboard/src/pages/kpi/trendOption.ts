import type { EChartsCoreOption } from "echarts/core";
import type { WearingRow } from "../../api/kpis";
import { count, share } from "./format";
import { base, hatch, type Ink } from "./ink";
import type { Change } from "./useChanges";

interface Trend {
  rows: WearingRow[];
  days: string[];
  /** Its column is hatched: it is not over. */
  today: string;
  changes: Change[];
  words: { rate: string; band: string; riders: string; noData: string; today: string };
}

/** The rate day by day with its interval as a band. A day without riders is a gap, never a zero. */
export function trendOption(ink: Ink, trend: Trend): EChartsCoreOption {
  const { rows, days, today, changes, words } = trend;
  const { axis, ...rest } = base(ink);
  const byDay = new Map(rows.map((row) => [row.group, row]));
  const of = (day: string) => byDay.get(day);
  const floor = Math.max(0, Math.floor(Math.min(...rows.map(({ low }) => low ?? 1)) * 10) / 10);
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  const hidden = { symbol: "none", lineStyle: { opacity: 0 }, stack: "band", silent: true };

  return {
    ...rest,
    legend: { ...rest.legend, data: [words.rate, words.band] },
    tooltip: {
      ...rest.tooltip,
      formatter: ([point]: { name: string }[]) => {
        const row = of(point?.name ?? "");
        const told = changes.filter(({ day }) => day === point?.name).map(({ what }) => what);
        if (!row || row.rate == null) return lines(point?.name, words.noData, ...told);
        return lines(
          row.group + (row.group === today ? ` (${words.today})` : ""),
          `${words.rate} ${share(row.rate)}`,
          `${words.band} ${share(row.low)} – ${share(row.high)}`,
          `${words.riders} ${count(row.riders)}`,
          ...told,
        );
      },
    },
    xAxis: {
      type: "category",
      data: days,
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: (day: string) => day.slice(5) },
    },
    yAxis: {
      type: "value",
      min: floor === 1 ? 0 : floor,
      max: 1,
      ...axis,
      axisLabel: { ...axis.axisLabel, formatter: percent },
    },
    series: [
      { type: "line", ...hidden, data: days.map((day) => of(day)?.low ?? null), tooltip: {} },
      {
        type: "line",
        name: words.band,
        ...hidden,
        itemStyle: { color: ink.accent, opacity: 0.3 },
        areaStyle: { color: ink.accent, opacity: 0.22 },
        data: days.map((day) => {
          const row = of(day);
          return row?.low == null || row.high == null ? null : row.high - row.low;
        }),
      },
      {
        type: "line",
        name: words.rate,
        symbolSize: 6,
        symbol: "circle",
        showSymbol: days.length <= 31,
        itemStyle: { color: ink.accent },
        lineStyle: { color: ink.accent, width: 2 },
        data: days.map((day) => of(day)?.rate ?? null),
        markLine: {
          symbol: "none",
          silent: true,
          lineStyle: { color: ink.notice, type: "dashed" },
          label: {
            color: ink.notice,
            fontSize: 12,
            position: "end",
            rotate: 0,
            formatter: ({ name }: { name: string }) => name,
          },
          data: changes.map(({ day, what }) => ({ name: what, xAxis: day })),
        },
      },
      {
        // As wide as its day: an area between two categories would end in their middles.
        type: "bar",
        barWidth: "96%",
        silent: true,
        itemStyle: { color: hatch(ink.line) },
        data: days.map((day) => (day === today ? 1 : null)),
      },
    ],
  };
}

/** Texts below each other, as the markup that a tooltip is. */
export function lines(...texts: (string | undefined)[]): string {
  return texts.map((text) => (text ?? "").replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)).join("<br>");
}
