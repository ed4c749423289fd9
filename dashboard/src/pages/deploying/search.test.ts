import { expect, test } from "vitest";
import type { DeploymentSpec } from "../../api/deployments";
import { changesOf, hasCameras, readDraftSearch, toDraft, toOrder } from "./search";

const LANE = { name: "lane", kind: "include" as const, points: [[0, 0], [1, 0], [1, 1]] };
const SPEC: DeploymentSpec = {
  scenario: "rider-helmet",
  algorithm: null,
  camera_ids: ["01A"],
  selector: null,
  zones: [LANE],
  zones_by_camera: {},
  schedule: null,
  rule: { votes: 6 },
  fps: null,
  enabled: true,
};

test("what there is becomes a draft, and the same order again", () => {
  const draft = readDraftSearch({ ...toDraft("01D", 3, SPEC) });

  expect(draft).toMatchObject({ of: "01D", revision: 3, cameras: ["01A"], zones: [LANE] });
  expect(toOrder(draft)).toMatchObject({ camera_ids: ["01A"], zones: [LANE], rule: { votes: 6 } });
  expect(changesOf(SPEC, draft)).toEqual({});
});

test("only what differs is sent", () => {
  const draft = toDraft("01D", 3, SPEC);

  expect(changesOf(SPEC, { ...draft, rule: undefined, fps: 8 })).toEqual({ rule: {}, fps: 8 });
  expect(changesOf(SPEC, { ...draft, cameras: undefined, tags: ["school"] })).toEqual({
    selector: { division: null, tags: ["school"] },
  });
});

test("an address that somebody has spoilt is an empty draft", () => {
  const draft = readDraftSearch({
    step: 7,
    cameras: "all",
    zones: [{ name: "x" }],
    schedule: "always",
    rule: [1],
    fps: "fast",
  });

  expect(Object.values(draft).filter((value) => value !== undefined)).toEqual([]);
  expect(hasCameras(draft)).toBe(false);
});
