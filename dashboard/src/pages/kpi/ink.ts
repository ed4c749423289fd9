/** The colours of the theme that is on, for canvases, which know no CSS variables. */
export interface Ink {
  text: string;
  secondary: string;
  line: string;
  ground: string;
  accent: string;
  good: string;
  quiet: string;
  major: string;
  notice: string;
}

const NAMES = [
  "text",
  "secondary",
  "line",
  "ground",
  "accent",
  "good",
  "quiet",
  "major",
  "notice",
] as const;

export function readInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  const pairs = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(pairs) as Ink;
}

/** Diagonal lines: what is not over yet. */
export function hatch(colour: string): { image: HTMLCanvasElement; repeat: "repeat" } {
  const image = document.createElement("canvas");
  image.width = image.height = 8;
  const pen = image.getContext("2d");
  if (pen) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.2;
    for (const from of [-8, 0, 8]) {
      pen.moveTo(from, 8);
      pen.lineTo(from + 8, 0);
    }
    pen.stroke();
  }
  return { image, repeat: "repeat" };
}

/** What every chart of the page has in common. */
export function base(ink: Ink) {
  const words = { color: ink.secondary, fontSize: 12 };
  return {
    animation: false,
    textStyle: { fontFamily: "inherit" },
    grid: { left: 8, right: 12, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, itemWidth: 12, itemHeight: 8, textStyle: words },
    tooltip: {
      trigger: "axis" as const,
      backgroundColor: ink.ground,
      borderColor: ink.line,
      textStyle: { color: ink.text, fontSize: 12 },
      confine: true,
    },
    axis: {
      axisLabel: words,
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
      nameTextStyle: words,
    },
  };
}
