import type { Camera } from "../../../api/cameras";
import type { Rule } from "../../../api/responsibility";

/** A division with what is named in it. */
export interface Division {
  /** The way to it from the top, such as `Longgang/Longcheng`. */
  path: string;
  name: string;
  cameras: Camera[];
  rules: Rule[];
  below: Division[];
}

/** Digits of administrative codes: province, city, district, street, community. */
const CODE_LENGTHS = [2, 4, 6, 9, 12];

/** A division as the names on the way to it, codes and paths alike; `*` is everywhere. */
export function levelsOf(division: string): string[] {
  if (division === "*") return [];
  if (/^\d+$/.test(division) && CODE_LENGTHS.includes(division.length)) {
    const cuts = CODE_LENGTHS.filter((cut) => cut <= division.length);
    // Zeros at the end mean all of what is above.
    while (cuts.length > 1 && /^0+$/.test(division.slice(cuts.at(-2), cuts.at(-1)))) cuts.pop();
    return cuts.map((cut) => division.slice(0, cut));
  }
  return division
    .split("/")
    .map((part) => part.trim())
    .filter(Boolean);
}

/** Everything the cameras and the list name; the top stands for everywhere. */
export function treeOf(cameras: Camera[], rules: Rule[]): Division {
  const top: Division = { path: "", name: "", cameras: [], rules: [], below: [] };
  const known = new Map([["", top]]);

  function at(division: string): Division {
    let here = top;
    for (const name of levelsOf(division)) {
      const path = here.path ? `${here.path}/${name}` : name;
      let next = known.get(path);
      if (!next) {
        next = { path, name, cameras: [], rules: [], below: [] };
        known.set(path, next);
        here.below.push(next);
      }
      here = next;
    }
    return here;
  }

  for (const rule of rules) at(rule.division).rules.push(rule);
  for (const camera of cameras) at(camera.spec.division ?? "*").cameras.push(camera);
  for (const { below } of known.values()) below.sort((a, b) => a.name.localeCompare(b.name));
  return top;
}

/** Cameras in a division and below it. */
export function camerasIn(division: Division): number {
  return division.below.reduce((sum, each) => sum + camerasIn(each), division.cameras.length);
}
