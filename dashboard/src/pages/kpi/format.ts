/** A share with one decimal; a dash where there is none. */
export function share(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${(value * 100).toFixed(1)} %`;
}

/** Thousands apart. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A duration as a word of the page and its number. */
export function duration(seconds: number): { word: "seconds" | "minutes" | "hours"; count: number } {
  if (seconds < 90) return { word: "seconds", count: Math.round(seconds) };
  if (seconds < 5400) return { word: "minutes", count: Math.round(seconds / 60) };
  return { word: "hours", count: Math.round(seconds / 360) / 10 };
}
