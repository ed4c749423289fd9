import type { Tone } from "../../meaning/tones";

/** The colours of the theme that is on, for what draws without CSS. */
export type Ink = Record<"ground" | "panel" | "raised" | "line" | "text" | "secondary" | Tone, string>;

const NAMES = [
  "ground",
  "panel",
  "raised",
  "line",
  "text",
  "secondary",
  "critical",
  "major",
  "notice",
  "good",
  "quiet",
  "unsure",
  "accent",
] as const;

export function readInk(): Ink {
  const style = getComputedStyle(document.documentElement);
  const pairs = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(pairs) as Ink;
}
