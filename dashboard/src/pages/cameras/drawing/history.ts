import type { Drawing } from "./drawing";

/** What was drawn step by step; what was undone waits to be done again. */
export interface History {
  past: readonly Drawing[];
  now: Drawing;
  future: readonly Drawing[];
}

export type Step =
  | { type: "do"; next: Drawing }
  /** While something is dragged: shown, but no step of its own yet. */
  | { type: "drag"; next: Drawing }
  /** The end of a drag that began with `from`: one step. */
  | { type: "drop"; from: Drawing }
  | { type: "undo" }
  | { type: "redo" };

export function begin(now: Drawing): History {
  return { past: [], now, future: [] };
}

export function step(history: History, action: Step): History {
  const { past, now, future } = history;
  switch (action.type) {
    case "do":
      return action.next === now ? history : { past: [...past, now], now: action.next, future: [] };
    case "drag":
      return { ...history, now: action.next };
    case "drop":
      return action.from === now ? history : { past: [...past, action.from], now, future: [] };
    case "undo": {
      const before = past.at(-1);
      return before ? { past: past.slice(0, -1), now: before, future: [now, ...future] } : history;
    }
    case "redo": {
      const [next, ...later] = future;
      return next ? { past: [...past, now], now: next, future: later } : history;
    }
  }
}
