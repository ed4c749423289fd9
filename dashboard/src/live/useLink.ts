import { useSyncExternalStore } from "react";
import { type Link, live } from "./connection";

/** Whether live pictures are coming through at all. */
export function useLink(): Link {
  return useSyncExternalStore(live.onLink, () => live.link);
}
