import type { Camera } from "../../api/cameras";
import type { Situation } from "../../api/situations";
import { type Grid, GRIDS, type WallView } from "../../api/wallViews";
import type { WallSearch } from "./search";

/** What the wall shows: all cameras, a division, a saved view or a situation's plan. */
export interface ShownView {
  /** Tells it from other views. */
  key: string;
  cameras: Camera[];
  grid: Grid;
  /** Its pages, in order; at least one. */
  pages: Camera[][];
  saved?: WallView;
  /** Seconds that a page stays while the wall goes through them. */
  secondsOf: (page: Camera[]) => number;
}

export interface Known {
  cameras: Camera[];
  views: WallView[];
  situations: Situation[];
}

const USUAL_SECONDS = 20;
/** What nobody chose a grid for is not cut smaller than this by itself. */
const MOST_BY_ITSELF: Grid = 16;

/** The view that an address asks for; undefined: there is no such view or situation. */
export function viewOf(search: WallSearch, known: Known): ShownView | undefined {
  const { view, situation, division, grid, patrol } = search;
  if (view !== undefined) return savedView(known.views.find(({ id }) => id === view), known, grid);
  if (situation !== undefined) {
    return planView(known.situations.find(({ id }) => id === situation), known, grid);
  }
  const cameras = known.cameras.filter(({ spec }) => within(spec.division, division));
  const shown = grid ?? gridFor(cameras.length);
  // Going through everything means going from division to division.
  const groups = division === undefined && patrol ? byDivision(cameras) : [cameras];
  return {
    key: division === undefined ? "all" : `division:${division}`,
    cameras,
    grid: shown,
    pages: pagesOf(groups, shown),
    secondsOf: () => USUAL_SECONDS,
  };
}

function savedView(
  saved: WallView | undefined,
  { cameras }: Known,
  grid = saved?.grid,
): ShownView | undefined {
  if (!saved || !grid) return undefined;
  const shown = inOrder(saved.shows, cameras);
  return {
    key: `view:${saved.id}`,
    cameras: shown,
    grid,
    pages: pagesOf([shown], grid),
    saved,
    secondsOf: () => saved.patrol_s,
  };
}

/** A plan's wall, then the cameras of its patrol that the wall does not name. */
function planView(
  situation: Situation | undefined,
  { cameras }: Known,
  grid?: Grid,
): ShownView | undefined {
  if (!situation) return undefined;
  const { wall, patrol = [] } = situation.activation?.plan ?? situation.plan;
  const stops = new Map(patrol.map(({ camera_id, seconds }) => [camera_id, seconds]));
  const shown = inOrder([...(wall?.camera_ids ?? []), ...stops.keys()], cameras);
  const tiles = grid ?? gridNamed(wall?.layout) ?? gridFor(shown.length);
  return {
    key: `situation:${situation.id}`,
    cameras: shown,
    grid: tiles,
    pages: pagesOf([shown], tiles),
    secondsOf: (page) => {
      const seconds = page.flatMap(({ id }) => stops.get(id) ?? []);
      return seconds.length > 0 ? Math.max(...seconds) : USUAL_SECONDS;
    },
  };
}

function inOrder(ids: string[], cameras: Camera[]): Camera[] {
  const byId = new Map(cameras.map((camera) => [camera.id, camera]));
  return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
}

function pagesOf(groups: Camera[][], grid: Grid): Camera[][] {
  const pages = groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / grid) }, (_, page) =>
      group.slice(page * grid, (page + 1) * grid),
    ),
  );
  return pages.length > 0 ? pages : [[]];
}

function byDivision(cameras: Camera[]): Camera[][] {
  const divisions = [...new Set(cameras.map(({ spec }) => spec.division ?? ""))].sort();
  return divisions.map((one) => cameras.filter(({ spec }) => (spec.division ?? "") === one));
}

/** The smallest grid that shows so many cameras at once, up to a readable size. */
function gridFor(count: number): Grid {
  return GRIDS.find((grid) => grid >= count || grid >= MOST_BY_ITSELF) ?? MOST_BY_ITSELF;
}

/** The grid of a layout such as `3x3`. */
function gridNamed(layout: string | undefined): Grid | undefined {
  const [, across, down] = /^(\d)\s*[x×]\s*(\d)$/i.exec(layout ?? "") ?? [];
  return GRIDS.find((grid) => grid >= Number(across) * Number(down));
}

/** In this division or below it; a code holds every longer one that begins with it. */
export function within(division: string | null, of: string | undefined): boolean {
  if (of === undefined || division === of) return true;
  return (division ?? "").startsWith(/^\d+$/.test(of) ? of : `${of}/`);
}
