import type { Curve } from "../../api/trainingRuns";

export interface Series {
  name: string;
  /** One an epoch; null: the framework did not say. */
  values: (number | null)[];
}

export interface PlotOf {
  word: "map50" | "losses" | "rate";
  series: Series[];
}

/** Figures of one kind in one plot; what a framework never says has none. */
export function plotsOf(points: Curve["points"]): PlotOf[] {
  const names = [...new Set(points.flatMap(({ losses }) => Object.keys(losses)))];
  const plots: PlotOf[] = [
    { word: "map50", series: [{ name: "mAP50", values: points.map(({ map50 }) => map50) }] },
    {
      word: "losses",
      series: names.map((name) => ({
        name: name.replace(/_loss$/, ""),
        values: points.map(({ losses }) => losses[name] ?? null),
      })),
    },
    {
      word: "rate",
      series: [{ name: "lr", values: points.map(({ learning_rate }) => learning_rate) }],
    },
  ];
  return plots.filter(({ series }) =>
    series.some(({ values }) => values.some((value) => value !== null)),
  );
}
