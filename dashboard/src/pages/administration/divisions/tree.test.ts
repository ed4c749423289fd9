import { expect, test } from "vitest";
import type { Camera } from "../../../api/cameras";
import type { Rule } from "../../../api/responsibility";
import { camerasIn, levelsOf, treeOf } from "./tree";

function camera(name: string, division: string | null): Camera {
  return { id: name, name, spec: { division } } as Camera;
}

function rule(division: string, unit: string): Rule {
  return { line: 2, scenario: "*", division, unit, deadline_h: 4 };
}

test("a code is the way to it from the province, a path the way it says", () => {
  expect(levelsOf("440307001000")).toEqual(["44", "4403", "440307", "440307001"]);
  expect(levelsOf("440300")).toEqual(["44", "4403"]);
  expect(levelsOf("Longgang / Longcheng")).toEqual(["Longgang", "Longcheng"]);
  expect(levelsOf("*")).toEqual([]);
});

test("cameras and rows stand in their divisions, and a code means the same however long", () => {
  const cameras = [camera("gate", "区/街道"), camera("square", "区"), camera("lost", null)];
  const tree = treeOf(cameras, [rule("区/街道", "police"), rule("*", "office"), rule("区", "town")]);
  const [district] = tree.below;

  expect(tree.rules.map(({ unit }) => unit)).toEqual(["office"]);
  expect(tree.cameras.map(({ name }) => name)).toEqual(["lost"]);
  expect(district?.rules.map(({ unit }) => unit)).toEqual(["town"]);
  expect(district?.below[0]).toMatchObject({ path: "区/街道", name: "街道" });
  expect(district && camerasIn(district)).toBe(2);
  expect(treeOf([], [rule("440300", "a"), rule("4403", "b")]).below[0]?.below[0]?.rules).toHaveLength(
    2,
  );
});
