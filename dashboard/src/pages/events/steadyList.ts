export interface Dated {
  id: string;
  opened_at: string;
}

/**
 * What a newest-first list shows after it was read again: nothing above moves and nothing that was
 * there goes away; what is older than its end follows.
 */
export function steadied<T extends Dated>(shown: readonly T[], read: readonly T[]): T[] {
  const newest = new Map(read.map((item) => [item.id, item]));
  const known = new Set(shown.map((item) => item.id));
  const end = shown.at(-1)?.opened_at;
  const older = read.filter(
    (item) => !known.has(item.id) && (end === undefined || item.opened_at <= end),
  );
  return [...shown.map((item) => newest.get(item.id) ?? item), ...older];
}
