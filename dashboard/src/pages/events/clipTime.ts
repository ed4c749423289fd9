import type { Event } from "../../api/events";

/** A clip's own frame rate is not in the event; cameras have 25 frames a second as a rule. */
export const FRAME_S = 1 / 25;

/** Farther from the next known place than this, nobody knows where the subject is. */
const KNOWN_MS = 500;

/**
 * Where the subject of an event is at a moment of its clip: x1 y1 x2 y2, fractions 0–1.
 *
 * @param openedS So many seconds into the clip the event opened.
 * @param mediaS Seconds into the clip.
 */
export function boxAt(
  event: Pick<Event, "opened_at" | "path">,
  openedS: number,
  mediaS: number,
): number[] | undefined {
  const at = Date.parse(event.opened_at) + (mediaS - openedS) * 1000;
  const away = (point: Event["path"][number]) => Math.abs(Date.parse(String(point[0])) - at);
  const nearest = event.path.toSorted((a, b) => away(a) - away(b))[0];
  return nearest && away(nearest) <= KNOWN_MS ? nearest.slice(1).map(Number) : undefined;
}
