import { expect, test } from "vitest";
import type { LiveBox } from "./protocol";
import { TRAIL_MS, Trails } from "./trails";

function box(track: number, x: number): LiveBox {
  return { x, y: 0.25, w: 0.5, h: 0.5, classIndex: 0, score: 1, track };
}

test("a trail goes where the feet went, oldest first", () => {
  const trails = new Trails();

  trails.add([box(7, 0)], 1000);
  trails.add([box(7, 0.25), box(8, 0)], 1200);

  expect(trails.of(7)).toEqual([
    { x: 0.25, y: 0.75, atMs: 1000 },
    { x: 0.5, y: 0.75, atMs: 1200 },
  ]);
  expect(trails.of(8)).toEqual([]);
});

test("what is long past is forgotten, and so is a thing that left", () => {
  const trails = new Trails();

  for (let atMs = 0; atMs <= 60_000; atMs += 100) trails.add([box(1, 0)], atMs);
  trails.add([box(2, 0)], 60_100);

  expect(trails.of(1).length).toBeLessThanOrEqual(TRAIL_MS / 100 + 1);
  trails.add([box(2, 0)], 60_100 + TRAIL_MS);
  expect(trails.size).toBe(1);
});

test("a camera whose clock jumps back begins anew", () => {
  const trails = new Trails();

  trails.add([box(1, 0)], 90_000);
  trails.add([box(1, 0.1)], 100);
  trails.add([box(1, 0.2)], 200);

  expect(trails.of(1).map((point) => point.atMs)).toEqual([100, 200]);
});
