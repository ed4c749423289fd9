import type { ErrorComponentProps } from "@tanstack/react-router";
import { ProblemNote } from "../parts/ProblemNote";

/** A page that failed to draw. */
export function Broken({ error, reset }: ErrorComponentProps) {
  return <ProblemNote error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />;
}
