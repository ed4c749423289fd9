/** A rectangle in canvas pixels. */
export interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

/**
 * Where the label of a box goes: above it, else inside its top edge, else below; the first place
 * that lies in the picture and covers no label placed before.
 *
 * @returns Undefined where there is no such place.
 * @param within The picture; labels are pushed in from its sides.
 */
export function placePlate(
  box: Area,
  plateW: number,
  plateH: number,
  within: Area,
  taken: Area[],
): Area | undefined {
  const x = Math.max(within.x, Math.min(box.x, within.x + within.w - plateW));
  return [box.y - plateH, box.y, box.y + box.h]
    .map((y): Area => ({ x, y, w: plateW, h: plateH }))
    .filter((plate) => plate.y >= within.y && plate.y + plateH <= within.y + within.h)
    .find((plate) => !taken.some((other) => overlap(plate, other)));
}

function overlap(a: Area, b: Area): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
