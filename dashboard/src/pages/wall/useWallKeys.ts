import type { RefObject } from "react";
import { type Grid, GRIDS } from "../../api/wallViews";
import { useKeys } from "../../keys/useKeys";

interface WallKeys {
  tiles: RefObject<HTMLElement | null>;
  grid: (grid: Grid) => void;
  turn: (pages: number) => void;
  patrol: () => void;
  boxes: () => void;
  zones: () => void;
  fullScreen: () => void;
  acknowledge: () => void;
  enlargeNext: (step: number) => void;
  back: () => void;
}

/** The keys of the wall; none while a form or an event lies over it. */
export function useWallKeys(does: WallKeys, is: { on: boolean; enlarged: boolean }): void {
  const walk = (across: number, down: number) => () =>
    is.enlarged ? does.enlargeNext(across || down) : moveFocus(does.tiles.current, across, down);
  useKeys(
    [
      ...GRIDS.map((grid, index) => ({
        press: String(index + 1),
        word: `wall.key.grid${index + 1}`,
        run: () => does.grid(grid),
      })),
      { press: "ArrowLeft", word: "wall.key.left", run: walk(-1, 0) },
      { press: "ArrowRight", word: "wall.key.right", run: walk(1, 0) },
      { press: "ArrowUp", word: "wall.key.up", run: walk(0, -1) },
      { press: "ArrowDown", word: "wall.key.down", run: walk(0, 1) },
      { press: "Enter", word: "wall.key.enlarge", run: pressFocused },
      { press: "PageDown", word: "wall.nextPage", run: () => does.turn(1) },
      { press: "PageUp", word: "wall.previousPage", run: () => does.turn(-1) },
      { press: "p", word: "wall.patrol", run: does.patrol },
      { press: "b", word: "wall.key.boxes", run: does.boxes },
      { press: "z", word: "wall.key.zones", run: does.zones },
      { press: "f", word: "wall.fullScreen", run: does.fullScreen },
      { press: "a", word: "wall.acknowledge", run: does.acknowledge },
    ],
    is.on,
  );
  useKeys([{ press: "Escape", word: "wall.key.back", run: does.back }], is.on && is.enlarged);
}

/** A registered key is taken from whatever has the focus, so it is passed on. */
function pressFocused(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.click();
}

/** From tile to tile as they stand; the first one when none has the focus. */
function moveFocus(tiles: HTMLElement | null, across: number, down: number): void {
  if (!tiles) return;
  const all = [...tiles.querySelectorAll<HTMLElement>("[data-tile]")];
  const at = all.findIndex((tile) => tile === document.activeElement);
  if (at < 0) return all[0]?.focus();
  const columns = getComputedStyle(tiles).gridTemplateColumns.split(" ").length;
  if (across !== 0 && Math.floor(at / columns) !== Math.floor((at + across) / columns)) return;
  all[at + across + down * columns]?.focus();
}
