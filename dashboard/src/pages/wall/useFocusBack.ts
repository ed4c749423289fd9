import { type RefObject, useEffect, useRef } from "react";

/** Back from an enlarged camera the focus is on its tile again. */
export function useFocusBack(
  tiles: RefObject<HTMLElement | null>,
  enlarged: string | undefined,
): void {
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (!enlarged && before.current) {
      tiles.current?.querySelector<HTMLElement>(`[data-tile="${before.current}"]`)?.focus();
    }
    before.current = enlarged;
  }, [tiles, enlarged]);
}
