import { expect, test } from "vitest";
import type { Deployment } from "../../api/deployments";
import type { Scenario } from "../../api/scenarios";
import { deployedBy } from "./deployed";
import { matches } from "./matches";

const SCENARIO = {
  id: "rider-helmet",
  domain: { id: "traffic" },
  title_zh: "未戴头盔",
  title_en: "Rider without helmet",
  description_zh: "",
  description_en: "",
  algorithms: ["rider-helmet"],
  status: "ready",
} as unknown as Scenario;

test("a scenario is found in either language, within field and readiness", () => {
  expect(matches(SCENARIO, { text: "头盔" })).toBe(true);
  expect(matches(SCENARIO, { text: " HELMET ", domain: "traffic", status: "ready" })).toBe(true);
  expect(matches(SCENARIO, { text: "litter" })).toBe(false);
  expect(matches(SCENARIO, { status: "open_challenge" })).toBe(false);
});

test("a camera counts once, however many deployments look through it", () => {
  const of = (scenario: string, ...camera_ids: string[]) =>
    ({ spec: { scenario }, camera_ids }) as unknown as Deployment;

  const found = deployedBy([of("a", "1", "2"), of("a", "2"), of("b", "1")]);

  expect(found.get("a")).toEqual({ deployments: 2, cameras: 2 });
  expect(found.get("b")).toEqual({ deployments: 1, cameras: 1 });
});
