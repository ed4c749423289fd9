import { useState } from "react";

export interface CalmList<T> {
  visible: T[];
  /** How many new items wait above the visible ones. */
  waiting: number;
  showNew: () => void;
}

/**
 * A newest-first list that does not shift under the reader: while `held`, new items wait.
 *
 * @param list Names the list, so that other filters start afresh.
 */
export function useCalmList<T extends { id: string }>(
  items: T[],
  held: boolean,
  list: string,
): CalmList<T> {
  const newest = items[0]?.id;
  const [top, setTop] = useState({ list, id: newest });
  const fresh = top.list !== list || top.id === undefined;
  if ((fresh || !held) && (top.list !== list || top.id !== newest)) setTop({ list, id: newest });

  const from = fresh || !held ? 0 : Math.max(0, items.findIndex((item) => item.id === top.id));
  return {
    visible: items.slice(from),
    waiting: from,
    showNew: () => setTop({ list, id: newest }),
  };
}
