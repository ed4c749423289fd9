import { useState } from "react";

/** What is typed, over what is saved. */
export interface Draft<T> {
  value: T;
  /** What was saved when typing began: its revision is the one to change. */
  over: T;
  dirty: boolean;
  set(change: Partial<T>): void;
  discard: () => void;
}

/** Follows what is saved until something is typed; then nothing that is typed gets lost. */
export function useDraft<T extends object>(saved: T): Draft<T> {
  const [typed, setTyped] = useState<{ value: T; over: T }>();
  const { value, over } = typed ?? { value: saved, over: saved };
  return {
    value,
    over,
    dirty: JSON.stringify(value) !== JSON.stringify(over),
    set: (change) =>
      setTyped((before) => {
        const from = before ?? { value: saved, over: saved };
        return { value: { ...from.value, ...change }, over: from.over };
      }),
    discard: () => setTyped(undefined),
  };
}
