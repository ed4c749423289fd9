import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import classes from "./Plot.module.css";
import type { Series } from "./plots";

const HEIGHT = 180;
const COLOURS = ["accent", "notice", "major", "quiet"];
const DASHES = [[], [6, 3], [2, 3], [8, 3, 2, 3]];

/** Curves over epochs; more points come without drawing it anew. Loaded lazily. */
export default function Plot(props: {
  title: string;
  epoch: string;
  epochs: number[];
  series: Series[];
}) {
  const { title, epoch, epochs, series } = props;
  const scheme = useComputedColorScheme();
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(null);
  const data: UPlot.AlignedData = [epochs, ...series.map(({ values }) => values)];
  const newest = useRef(data);
  newest.current = data;
  const names = series.map(({ name }) => name).join("|");

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const colour = colours();
    const axis = {
      stroke: colour("secondary"),
      grid: { stroke: colour("line"), width: 1 },
      ticks: { show: false },
      font: "12px system-ui",
    };
    const made = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        scales: { x: { time: false } },
        axes: [{ ...axis, incrs: [1, 2, 5, 10, 20, 50, 100] }, { ...axis, size: 56 }],
        series: [
          { label: epoch },
          ...names.split("|").map((label, index) => ({
            label,
            stroke: colour(COLOURS[index % COLOURS.length] ?? "accent"),
            dash: DASHES[index % DASHES.length],
            width: 2,
          })),
        ],
      },
      newest.current,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [names, epoch, scheme]);

  useEffect(() => plot.current?.setData(newest.current), [epochs, series]);

  return (
    <figure className={classes.plot}>
      <figcaption>{title}</figcaption>
      <div ref={box} role="img" aria-label={title} data-plot={epochs.length} />
    </figure>
  );
}

function colours(): (token: string) => string {
  const style = getComputedStyle(document.documentElement);
  return (token) => style.getPropertyValue(`--${token}`).trim();
}
