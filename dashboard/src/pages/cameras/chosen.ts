import type { Camera } from "../../api/cameras";
import { type CamerasSearch, type Order, STATES } from "./search";

/** The cameras that the filters let through, in the order asked for. */
export function chosen(cameras: readonly Camera[], search: CamerasSearch): Camera[] {
  const wanted = search.text?.toLowerCase().split(/\s+/) ?? [];
  const found = cameras.filter(
    (camera) =>
      (!search.state || camera.status.state === search.state) &&
      (!search.division || within(camera.spec.division, search.division)) &&
      (!search.tag || camera.spec.tags.includes(search.tag)) &&
      (wanted.length === 0 || says(camera, wanted)),
  );
  const before = COMPARE[search.by ?? "name"];
  const turn = search.down ? -1 : 1;
  return found.sort((a, b) => turn * before(a, b) || COMPARE.name(a, b));
}

/** How many cameras are in each state. */
export function countStates(cameras: readonly Camera[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of cameras) counts.set(status.state, (counts.get(status.state) ?? 0) + 1);
  return counts;
}

export function tagsOf(cameras: readonly Camera[]): string[] {
  return [...new Set(cameras.flatMap((camera) => camera.spec.tags))].sort();
}

function within(division: string | null, asked: string): boolean {
  return division === asked || (division?.startsWith(`${asked}/`) ?? false);
}

function says({ name, spec, status }: Camera, wanted: readonly string[]): boolean {
  const all = [name, spec.url, spec.division, ...spec.tags, status.reason, status.message]
    .join("\n")
    .toLowerCase();
  return wanted.every((word) => all.includes(word));
}

const inOrder = new Intl.Collator("zh-CN", { numeric: true });
const STATE_ORDER: readonly string[] = STATES;

const COMPARE: Record<Order, (a: Camera, b: Camera) => number> = {
  name: (a, b) => inOrder.compare(a.name, b.name),
  state: (a, b) => STATE_ORDER.indexOf(a.status.state) - STATE_ORDER.indexOf(b.status.state),
  since: (a, b) => Date.parse(a.status.since) - Date.parse(b.status.since),
};
