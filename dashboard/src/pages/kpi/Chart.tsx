import { useComputedColorScheme } from "@mantine/core";
import type { EChartsCoreOption, EChartsType } from "echarts/core";
import { type RefObject, useEffect, useRef } from "react";
import { init } from "./charts";
import { readInk, type Ink } from "./ink";

export interface ChartHandle {
  /** The picture as a PNG of twice the size, on the ground of the theme. */
  png: () => string;
}

/** A drawing by ECharts; `label` says in words what it shows. Loaded lazily. */
export default function Chart(props: {
  label: string;
  height: number;
  draw: (ink: Ink) => EChartsCoreOption;
  handle?: RefObject<ChartHandle | null>;
}) {
  const { label, height, draw, handle } = props;
  const scheme = useComputedColorScheme();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(null);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = init(element);
    chart.current = made;
    if (handle) {
      handle.current = {
        png: () => made.getDataURL({ pixelRatio: 2, backgroundColor: readInk().ground }),
      };
    }
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
      if (handle) handle.current = null;
    };
  }, [handle]);

  useEffect(() => {
    chart.current?.setOption(draw(readInk()), { notMerge: true });
  }, [draw, scheme]);

  return <div ref={box} role="img" aria-label={label} data-chart style={{ height }} />;
}
