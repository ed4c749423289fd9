import { useReducer, useState } from "react";
import type { Drawing, Outcome, Refusal } from "./drawing";
import { begin, step } from "./history";
import type { Kind } from "./shapes";

/** A drawing with its history, its tool, and what is chosen in it. */
export function useDrawing(start: Drawing) {
  const [history, dispatch] = useReducer(step, start, begin);
  const [chosen, setChosen] = useState<string>();
  const [tool, setTool] = useState<Kind>();
  const [refusal, setRefusal] = useState<Refusal>();
  const { now } = history;

  /** Does one step, or says why not; returns whether it was done. */
  function act(outcome: Outcome, type: "do" | "drag" = "do"): outcome is Drawing {
    if (typeof outcome === "string") {
      setRefusal(outcome);
      return false;
    }
    setRefusal(undefined);
    dispatch({ type, next: outcome });
    return true;
  }

  /** Takes a tool into the hand, or puts it down; a half-drawn outline goes. */
  function take(next: Kind | undefined): void {
    if (now.pending && now.pending.kind !== next) act({ shapes: now.shapes });
    setRefusal(undefined);
    setTool(next);
    if (next) setChosen(undefined);
  }

  /** Ends an outline: it is chosen, and the hand is free again. */
  function end(outcome: Outcome): void {
    if (!act(outcome)) return;
    setTool(undefined);
    setChosen(outcome.shapes.at(-1)?.key);
  }

  return {
    now,
    chosen,
    tool,
    refusal,
    /** Another list after every step and every undo, not while something is dragged. */
    steps: history.past,
    changed: history.past.length > 0,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    act,
    take,
    end,
    choose: setChosen,
    drop: (from: Drawing) => dispatch({ type: "drop", from }),
    undo: () => dispatch({ type: "undo" }),
    redo: () => dispatch({ type: "redo" }),
  };
}

export type Desk = ReturnType<typeof useDrawing>;
