import { expect, test } from "vitest";
import { plotsOf } from "./plots";
import { resultsOf } from "./results";

const point = { epoch: 1, map50: null, learning_rate: 0.01, losses: { box_loss: 2, cls_loss: 1 } };

test("a figure that the framework never says has no plot", () => {
  const plots = plotsOf([point, { ...point, epoch: 2, losses: { box_loss: 1.5 } }]);
  expect(plots.map(({ word }) => word)).toEqual(["losses", "rate"]);
  expect(plots[0]?.series).toEqual([
    { name: "box", values: [2, 1.5] },
    { name: "cls", values: [1, null] },
  ]);
});

test("results are told by set and split, without the search", () => {
  const metrics = { base: { test: { map50: 0.8671, note: "x" }, val: 3 }, search: { best: 1 } };
  expect(resultsOf(metrics)).toEqual([{ set: "base", split: "test", figures: "map50 0.867" }]);
  expect(resultsOf(null)).toEqual([]);
});
