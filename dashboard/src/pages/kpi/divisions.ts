/** Divisions of cameras with everything above them: `龙岗区` of `龙岗区/龙城街道`. */
export function divisionsOf(divisions: (string | null)[]): string[] {
  const all = divisions.flatMap((division) => {
    const parts = division?.split("/") ?? [];
    return parts.map((_, end) => parts.slice(0, end + 1).join("/"));
  });
  return [...new Set(all)].sort();
}

/** Whether a camera's division is this one or below it. */
export function within(division: string | null, of?: string): boolean {
  return !of || division === of || (division ?? "").startsWith(`${of}/`);
}
