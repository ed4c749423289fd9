import { clamp, distance, edges, onEdge, type Point, type Size } from "./geometry";
import { isClosed, type Drawn } from "./shapes";

const NEAR_PX = 10;
const FRAME: Point[] = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** The corner, else the edge, of what is drawn or of the picture that is near; else the point. */
export function snap(point: Point, others: readonly Drawn[], size: Size): Point {
  const corners = others.flatMap((shape) => shape.points).concat(FRAME);
  const lines = others.flatMap((shape) => edges(shape.points, isClosed(shape.kind)));
  const sides = edges(FRAME, true);
  const places = [...lines, ...sides].map((edge) => onEdge(point, edge, size));
  return clamp(nearest(point, corners, size) ?? nearest(point, places, size) ?? point);
}

function nearest(point: Point, places: readonly Point[], size: Size): Point | undefined {
  let found: Point | undefined;
  let least = NEAR_PX;
  for (const place of places) {
    const far = distance(point, place, size);
    if (far < least) [found, least] = [place, far];
  }
  return found;
}
