import { useState } from "react";
import { type Dated, steadied } from "./steadyList";

/**
 * A list to work through: it keeps what it showed until it is renewed or another list is asked for.
 *
 * @param read As the platform has it now, newest first; undefined before the first answer.
 * @param list Names the list, so that other filters start afresh.
 */
export function useSteadyList<T extends Dated>(read: T[] | undefined, list: string) {
  const [kept, setKept] = useState({ list, read, shown: read ?? [] });
  let shown = kept.shown;
  if (kept.list !== list || kept.read !== read) {
    shown = steadied(kept.list === list ? kept.shown : [], read ?? []);
    setKept({ list, read, shown });
  }
  const known = new Set(shown.map((item) => item.id));
  return {
    shown,
    /** How many new items wait. */
    waiting: read?.filter((item) => !known.has(item.id)).length ?? 0,
    renew: () => setKept({ list, read, shown: read ?? [] }),
  };
}
