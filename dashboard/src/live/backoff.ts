const FIRST_MS = 1_000;
const LONGEST_MS = 15_000;

/** How long to wait before try `attempt` (from 0): 1, 2, 4 … 15 s, ±25 % so that not all come at once. */
export function backoffMs(attempt: number, random = Math.random()): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt) * (0.75 + random / 2);
}
