import { area, clamp, crossesItself, middle, type Point } from "./geometry";
import { type Drawn, isClosed, type Kind, leastPoints, newKey } from "./shapes";

/** Everything drawn, and the outline that is being drawn. */
export interface Drawing {
  shapes: Drawn[];
  pending?: { kind: Kind; points: Point[] };
}

/** Why something was not done; the drawing is as before. */
export type Refusal = "crosses" | "few";

export type Outcome = Drawing | Refusal;

const LEAST_AREA = 1e-5;

const IN_THE_MIDDLE: Record<"area" | "line", Point[]> = {
  area: [
    [0.35, 0.35],
    [0.65, 0.35],
    [0.65, 0.65],
    [0.35, 0.65],
  ],
  line: [
    [0.3, 0.5],
    [0.7, 0.5],
  ],
};

/** One more point of the outline that is being drawn. */
export function addPoint(drawing: Drawing, kind: Kind, point: Point): Outcome {
  const points = [...(drawing.pending?.points ?? []), clamp(point)];
  if (crossesItself(points, false)) return "crosses";
  return { ...drawing, pending: { kind, points } };
}

/** Ends the outline that is being drawn: it becomes a shape. */
export function finish(drawing: Drawing, name: string): Outcome {
  const { pending } = drawing;
  if (!pending || pending.points.length < leastPoints(pending.kind)) return "few";
  return added(drawing, pending.kind, name, pending.points);
}

/** A rectangle or a line in the middle, to be moved where it belongs. */
export function place(drawing: Drawing, kind: Kind, name: string): Outcome {
  return added(drawing, kind, name, IN_THE_MIDDLE[isClosed(kind) ? "area" : "line"]);
}

export function movePoint(drawing: Drawing, key: string, index: number, to: Point): Outcome {
  return changed(drawing, key, (points) =>
    points.map((point, at) => (at === index ? clamp(to) : point)),
  );
}

/** A new point in the middle of the edge that begins at `index`. */
export function insertPoint(drawing: Drawing, key: string, index: number): Outcome {
  return changed(drawing, key, (points) => {
    const [a, b] = [points[index], points[(index + 1) % points.length]];
    return a && b ? points.toSpliced(index + 1, 0, clamp(middle(a, b))) : points;
  });
}

/** Takes a point out; a shape that would be none without it goes as a whole. */
export function removePoint(drawing: Drawing, key: string, index: number): Outcome {
  const shape = drawing.shapes.find((each) => each.key === key);
  if (shape && shape.points.length <= leastPoints(shape.kind)) return removeShape(drawing, key);
  return changed(drawing, key, (points) => points.toSpliced(index, 1));
}

/** The whole shape, as far as the picture lets it. */
export function moveShape(drawing: Drawing, key: string, by: Point): Outcome {
  return changed(drawing, key, (points) => {
    const [dx, dy] = [0, 1].map((axis) => {
      const values = points.map((point) => point[axis] as number);
      const least = -Math.min(...values);
      return Math.min(1 - Math.max(...values), Math.max(least, by[axis] as number));
    }) as Point;
    return points.map(([x, y]) => clamp([x + dx, y + dy]));
  });
}

export function removeShape(drawing: Drawing, key: string): Drawing {
  return { ...drawing, shapes: drawing.shapes.filter((shape) => shape.key !== key) };
}

export function describe(drawing: Drawing, key: string, more: Partial<Drawn>): Drawing {
  const shapes = drawing.shapes.map((shape) => (shape.key === key ? { ...shape, ...more } : shape));
  return { ...drawing, shapes };
}

/** A name that nothing else has: the word and a number. */
export function freeName({ shapes }: Drawing, word: string): string {
  const taken = new Set(shapes.map((shape) => shape.name));
  let number = 1;
  while (taken.has(`${word} ${number}`)) number += 1;
  return `${word} ${number}`;
}

/** Names that stand twice, or nowhere. */
export function badNames({ shapes }: Drawing): Set<string> {
  const names = shapes.map((shape) => shape.name.trim());
  return new Set(names.filter((name, at) => name === "" || names.indexOf(name) !== at));
}

function added({ shapes }: Drawing, kind: Kind, name: string, points: Point[]): Outcome {
  if (!isSound(kind, points)) return "crosses";
  return { shapes: [...shapes, { key: newKey(), kind, name, points }] };
}

function changed(drawing: Drawing, key: string, change: (points: Point[]) => Point[]): Outcome {
  const shape = drawing.shapes.find((each) => each.key === key);
  if (!shape) return drawing;
  const points = change(shape.points);
  if (!isSound(shape.kind, points)) return "crosses";
  return describe(drawing, key, { points });
}

function isSound(kind: Kind, points: Point[]): boolean {
  const closed = isClosed(kind);
  return !crossesItself(points, closed) && (!closed || area(points) > LEAST_AREA);
}
