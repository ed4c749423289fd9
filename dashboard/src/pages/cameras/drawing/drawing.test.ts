import { expect, test } from "vitest";
import {
  addPoint,
  badNames,
  type Drawing,
  finish,
  freeName,
  insertPoint,
  movePoint,
  moveShape,
  type Outcome,
  place,
  removePoint,
} from "./drawing";
import { crossesItself, type Point } from "./geometry";
import { begin, step } from "./history";
import { ofZones, toZones } from "./shapes";
import { snap } from "./snap";

const SIZE = { width: 1000, height: 500 };
const SQUARE: Point[] = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];

function drawn(...points: Point[]): Drawing {
  return { shapes: [{ key: "a", kind: "include", name: "A", points }] };
}

function good(outcome: Outcome): Drawing {
  if (typeof outcome === "string") throw new Error(outcome);
  return outcome;
}

const outline = (outcome: Outcome) => good(outcome).shapes[0]?.points;

test("three clicks and a close make a zone", () => {
  let drawing: Drawing = { shapes: [] };
  for (const point of SQUARE.slice(0, 3)) drawing = good(addPoint(drawing, "include", point));

  expect(finish({ shapes: [] }, "Zone 1")).toBe("few");
  expect(good(finish(drawing, "Zone 1"))).toMatchObject({
    shapes: [{ kind: "include", name: "Zone 1", points: SQUARE.slice(0, 3) }],
  });
});

test("an outline that crosses itself is refused wherever it would come from", () => {
  const bow: Point[] = [SQUARE[0]!, SQUARE[2]!, SQUARE[1]!, SQUARE[3]!];

  expect(crossesItself(bow, true)).toBe(true);
  expect(crossesItself(SQUARE, true)).toBe(false);
  expect(movePoint(drawn(...SQUARE), "a", 0, [0.9, 0.4])).toBe("crosses");
  const three = SQUARE.slice(0, 3).reduce(
    (drawing, point) => good(addPoint(drawing, "include", point)),
    { shapes: [] } as Drawing,
  );
  expect(addPoint(three, "include", [0.3, 0.1])).toBe("crosses");
  expect(addPoint(three, "include", SQUARE[2]!)).toBe("crosses");
});

test("a way back over itself is no outline", () => {
  expect(crossesItself([SQUARE[0]!, SQUARE[1]!, [0.4, 0.2]], true)).toBe(true);
  expect(crossesItself([SQUARE[0]!, SQUARE[1]!, [0.4, 0.2]], false)).toBe(true);
});

test("points stay in the picture", () => {
  expect(outline(movePoint(drawn(...SQUARE), "a", 2, [1.4, 1.2]))?.[2]).toEqual([1, 1]);
  expect(outline(moveShape(drawn(...SQUARE), "a", [0.9, -0.9]))?.[0]?.map((v) => v.toFixed(2))).toEqual(
    ["0.60", "0.00"],
  );
});

test("a point is inserted into an edge, the last one too, and taken out", () => {
  const more = insertPoint(drawn(...SQUARE), "a", 3);

  expect(outline(more)?.[4]?.map((v) => v.toFixed(2))).toEqual(["0.20", "0.40"]);
  expect(outline(removePoint(good(more), "a", 4))).toEqual(SQUARE);
  expect(good(removePoint(drawn(...SQUARE.slice(0, 3)), "a", 0)).shapes).toEqual([]);
});

test("names are free, and those that stand twice are found", () => {
  const two = { shapes: [...drawn(...SQUARE).shapes, ...drawn(...SQUARE).shapes] };

  expect(freeName(good(place({ shapes: [] }, "line", "Line 1")), "Line")).toBe("Line 2");
  expect([...badNames(two)]).toEqual(["A"]);
});

test("undo and redo go step by step, and a drag is one of them", () => {
  const first = drawn(...SQUARE);
  let history = step(begin({ shapes: [] }), { type: "do", next: first });
  for (const x of [0.65, 0.7, 0.75]) {
    const next = good(movePoint(history.now, "a", 1, [x, 0.2]));
    history = step(history, { type: "drag", next });
  }
  history = step(history, { type: "drop", from: first });

  const back = step(history, { type: "undo" });
  expect(back.now).toBe(first);
  expect(step(step(back, { type: "undo" }), { type: "undo" }).now.shapes).toEqual([]);
  expect(step(back, { type: "redo" }).now).toBe(history.now);
  expect(step(step(back, { type: "do", next: { shapes: [] } }), { type: "redo" }).now.shapes).toEqual([]);
});

test("within ten pixels a corner draws more than an edge, an edge more than nothing", () => {
  const others = drawn(...SQUARE).shapes;

  expect(snap([0.607, 0.205], others, SIZE)).toEqual(SQUARE[1]);
  expect(snap([0.4, 0.21], others, SIZE)[1]).toBeCloseTo(0.2);
  expect(snap([0.995, 0.7], others, SIZE)).toEqual([1, 0.7]);
  expect(snap([0.8, 0.8], others, SIZE)).toEqual([0.8, 0.8]);
});

test("what was drawn comes back as it was stored", () => {
  const zones = [
    { kind: "include" as const, name: "Road", points: SQUARE, size_m: [20, 8] as [number, number] },
    { kind: "line" as const, name: "Stop", points: SQUARE.slice(0, 2) },
  ];

  expect(toZones(ofZones(zones))).toEqual(zones);
});
