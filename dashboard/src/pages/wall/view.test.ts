import { expect, test } from "vitest";
import type { Camera } from "../../api/cameras";
import type { Situation } from "../../api/situations";
import type { WallView } from "../../api/wallViews";
import { type Known, type ShownView, viewOf, within } from "./view";

function camera(id: string, division: string | null): Camera {
  return { id, name: id, spec: { division } } as Camera;
}

const cameras = [
  camera("a", "区/甲街道"),
  camera("b", "区/乙街道"),
  camera("c", "区/甲街道"),
  camera("d", null),
  camera("e", "区/甲街道"),
];
const saved = { id: "v", grid: 4, patrol_s: 30, shows: ["c", "gone", "a"] } as WallView;
const flood = {
  id: "s",
  plan: {
    wall: { layout: "2x2", camera_ids: ["b", "a"] },
    patrol: [{ camera_id: "e", seconds: 7 }, { camera_id: "a", seconds: 40 }],
  },
  activation: null,
} as unknown as Situation;
const known: Known = { cameras, views: [saved], situations: [flood] };

function ids(view: ShownView | undefined): string[][] | undefined {
  return view?.pages.map((page) => page.map(({ id }) => id));
}

test("all cameras stand on one page while they are readable there", () => {
  const view = viewOf({}, known);

  expect(view?.grid).toBe(9);
  expect(ids(view)).toEqual([["a", "b", "c", "d", "e"]]);
});

test("every division is a view, with all that lies below it", () => {
  expect(ids(viewOf({ division: "区/甲街道" }, known))).toEqual([["a", "c", "e"]]);
  expect(viewOf({ division: "区" }, known)?.cameras).toHaveLength(4);
  expect(within("440307001", "440307")).toBe(true);
  expect(within("区域/甲", "区")).toBe(false);
});

test("a grid cuts a view into pages", () => {
  expect(ids(viewOf({ grid: 4 }, known))).toEqual([["a", "b", "c", "d"], ["e"]]);
});

test("a patrol through everything goes from division to division", () => {
  const view = viewOf({ patrol: true, grid: 4 }, known);

  expect(ids(view)?.toSorted()).toEqual([["a", "c", "e"], ["b"], ["d"]]);
});

test("a saved view keeps its order and passes over what is gone", () => {
  const view = viewOf({ view: "v" }, known);

  expect(ids(view)).toEqual([["c", "a"]]);
  expect(view?.secondsOf([])).toBe(30);
  expect(viewOf({ view: "v", grid: 1 }, known)?.pages).toHaveLength(2);
});

test("a situation's plan says which cameras, in which grid, and for how long", () => {
  const view = viewOf({ situation: "s" }, known);

  expect(ids(view)).toEqual([["b", "a", "e"]]);
  expect(view?.grid).toBe(4);
  expect(view?.secondsOf(view.pages[0] ?? [])).toBe(40);
});

test("a view that is not there is not made up", () => {
  expect(viewOf({ view: "other" }, known)).toBeUndefined();
  expect(viewOf({ situation: "other" }, known)).toBeUndefined();
});

test("an empty view has one empty page", () => {
  expect(viewOf({ division: "nowhere" }, known)?.pages).toEqual([[]]);
});
