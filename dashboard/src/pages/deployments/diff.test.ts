import { expect, test } from "vitest";
import type { DeploymentSpec } from "../../api/deployments";
import { changedFields } from "./diff";

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
