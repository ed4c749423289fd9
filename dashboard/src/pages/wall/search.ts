import { type Grid, GRIDS } from "../../api/wallViews";

/** The view of the wall, as its address says it. Without view, division and situation: all cameras. */
export interface WallSearch {
  /** A saved view. */
  view?: string;
  division?: string;
  /** A situation: its plan says which cameras. */
  situation?: string;
  /** Tiles on one page; left out: as the view says. */
  grid?: Grid;
  /** From 1, which is left out. */
  page?: number;
  /** The wall goes through its pages by itself. */
  patrol?: true;
  /** The camera that is enlarged. */
  camera?: string;
  /** The event that is open. */
  event?: string;
}

export function readWallSearch(search: Record<string, unknown>): WallSearch {
  const page = Number(search.page);
  return {
    view: text(search.view),
    division: text(search.division),
    situation: text(search.situation),
    grid: GRIDS.find((grid) => grid === Number(search.grid)),
    page: Number.isInteger(page) && page > 1 ? page : undefined,
    patrol: search.patrol === true ? true : undefined,
    camera: text(search.camera),
    event: text(search.event),
  };
}

/** A division may be a code, which an address reads as a number. */
function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
