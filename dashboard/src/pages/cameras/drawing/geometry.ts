/** A place in the picture, both fractions 0–1. */
export type Point = [x: number, y: number];

export interface Size {
  width: number;
  height: number;
}

const STEPS = 10_000;

/** Inside of the picture, and no finer than a ten-thousandth of it. */
export function clamp([x, y]: Point): Point {
  return [inside(x), inside(y)];
}

function inside(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * STEPS) / STEPS;
}

/** On the screen, in pixels. */
export function distance(a: Point, b: Point, size: Size): number {
  return Math.hypot((a[0] - b[0]) * size.width, (a[1] - b[1]) * size.height);
}

export function middle(a: Point, b: Point): Point {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

/** Edges from each point to the next; of a closed outline also from the last to the first. */
export function edges(points: readonly Point[], closed: boolean): [Point, Point][] {
  const count = closed && points.length > 2 ? points.length : points.length - 1;
  const at = (index: number) => points[index % points.length] as Point;
  return Array.from({ length: Math.max(0, count) }, (_, index) => [at(index), at(index + 1)]);
}

/** Whether an outline crosses or touches itself, or goes nowhere somewhere. */
export function crossesItself(points: readonly Point[], closed: boolean): boolean {
  const all = edges(points, closed);
  return all.some(([a, b], index) => {
    if (same(a, b)) return true;
    return all.slice(index + 1).some(([c, d], later) => {
      const follows = later === 0;
      const closes = closed && index === 0 && later === all.length - 2;
      if (all.length > 2 && closes) return turnsBack(c, d, b);
      if (follows) return turnsBack(a, b, d);
      return meet(a, b, c, d);
    });
  });
}

/** Of the outline, as a fraction of the picture. */
export function area(points: readonly Point[]): number {
  const twice = edges(points, true).reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0);
  return Math.abs(twice) / 2;
}

/** The nearest place on an edge. */
export function onEdge(point: Point, [a, b]: [Point, Point], size: Size): Point {
  const dx = (b[0] - a[0]) * size.width;
  const dy = (b[1] - a[1]) * size.height;
  const along = (point[0] - a[0]) * size.width * dx + (point[1] - a[1]) * size.height * dy;
  const share = Math.min(1, Math.max(0, along / (dx * dx + dy * dy || 1)));
  return [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];
}

function same(a: Point, b: Point): boolean {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])) * STEPS < 0.5;
}

function turn(a: Point, b: Point, c: Point): number {
  const cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  return Math.abs(cross) < 1e-12 ? 0 : Math.sign(cross);
}

/** Whether the way from a to b goes back over itself to c. */
function turnsBack(a: Point, b: Point, c: Point): boolean {
  const ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]);
  return turn(a, b, c) === 0 && ahead < 0;
}

function meet(a: Point, b: Point, c: Point, d: Point): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb) return true;
  return (
    (abc === 0 && between(a, b, c)) ||
    (abd === 0 && between(a, b, d)) ||
    (cda === 0 && between(c, d, a)) ||
    (cdb === 0 && between(c, d, b))
  );
}

function between(a: Point, b: Point, point: Point): boolean {
  return [0, 1].every((axis) => {
    const [from, to, at] = [a[axis] as number, b[axis] as number, point[axis] as number];
    return at >= Math.min(from, to) && at <= Math.max(from, to);
  });
}
