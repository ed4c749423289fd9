import { expect, test } from "vitest";
import type { DeploymentSpec } from "../../api/deployments";
import { changedFields, changedValues } from "./diff";

const SPEC: DeploymentSpec = {
  scenario: "rider-helmet",
  algorithm: null,
  camera_ids: ["a"],
  selector: null,
  zones: [],
  zones_by_camera: {},
  schedule: null,
  rule: { votes: 3, weight: 2 },
  fps: null,
  enabled: true,
};

test("the fields that differ are named, the order of keys is no difference", () => {
  const after = { ...SPEC, rule: { weight: 2, votes: 3 }, enabled: false, fps: 8 };

  expect(changedFields(SPEC, after)).toEqual(["fps", "enabled"]);
  expect(changedFields(SPEC, { ...SPEC, rule: { votes: 4, weight: 2 } })).toEqual(["rule"]);
});

test("of the rule only the values that differ are told", () => {
  const [before, after] = changedValues(SPEC, { ...SPEC, rule: { votes: 5, weight: 2, share: 0.7 } });

  expect(before.rule).toEqual({ votes: 3 });
  expect(after.rule).toEqual({ votes: 5, share: 0.7 });
});
