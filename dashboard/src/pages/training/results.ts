/** The figures of a run that is done, by data set and split; a search is not among them. */
export interface Result {
  set: string;
  split: string;
  figures: string;
}

export function resultsOf(metrics: Record<string, unknown> | null): Result[] {
  return Object.entries(metrics ?? {})
    .filter(([set]) => set !== "search")
    .flatMap(([set, splits]) =>
      entriesOf(splits).flatMap(([split, figures]) => {
        const told = entriesOf(figures).filter(([, value]) => typeof value === "number");
        if (told.length === 0) return [];
        const text = told.map(([name, value]) => `${name} ${(value as number).toFixed(3)}`);
        return [{ set, split, figures: text.join(", ") }];
      }),
    );
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
