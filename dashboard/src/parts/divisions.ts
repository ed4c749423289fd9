/** Divisions to filter by: those given and every one above them (`区/街道` lies in `区`). */
export function divisionsOf(given: (string | null | undefined)[]): string[] {
  const found = new Set<string>();
  for (const division of given) {
    const parts = division?.split("/") ?? [];
    parts.forEach((_, index) => found.add(parts.slice(0, index + 1).join("/")));
  }
  return [...found].sort();
}
