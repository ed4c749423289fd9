import { expect, test } from "vitest";
import { placePlate } from "./plates";

const picture = { x: 0, y: 0, w: 400, h: 300 };

test("a label lies above its box", () => {
  const box = { x: 100, y: 100, w: 50, h: 80 };

  expect(placePlate(box, 60, 18, picture, [])).toEqual({ x: 100, y: 82, w: 60, h: 18 });
});

test("a label stays in the picture", () => {
  const box = { x: 380, y: 0, w: 20, h: 80 };

  expect(placePlate(box, 60, 18, picture, [])).toEqual({ x: 340, y: 0, w: 60, h: 18 });
});

test("a label leaves the labels before it readable", () => {
  const box = { x: 100, y: 100, w: 50, h: 80 };
  const above = { x: 90, y: 82, w: 60, h: 18 };
  const inside = { x: 90, y: 100, w: 60, h: 18 };

  expect(placePlate(box, 60, 18, picture, [above])?.y).toBe(100);
  expect(placePlate(box, 60, 18, picture, [above, inside])?.y).toBe(180);
});

test("in a crowd there is no place left", () => {
  expect(placePlate({ x: 0, y: 0, w: 9, h: 9 }, 60, 18, picture, [picture])).toBeUndefined();
});
