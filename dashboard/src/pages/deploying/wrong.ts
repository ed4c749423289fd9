import { Problem } from "../../api/problem";
import type { Step } from "./search";

const FIELDS: Record<string, Step> = {
  scenario: 1,
  algorithm: 1,
  camera_ids: 2,
  selector: 2,
  zones: 3,
  zones_by_camera: 3,
  schedule: 3,
  rule: 3,
  fps: 3,
};

const KINDS: Record<string, Step> = { "open-challenge": 1, "no-capacity": 2 };

/** The steps in which there is something to mend, as the platform sees it. */
export function wrongSteps(error: Error | null): Set<Step> {
  const found = new Set<Step>();
  if (!(error instanceof Problem)) return found;
  const kind = KINDS[error.kind];
  if (kind) found.add(kind);
  for (const { where } of error.errors) {
    const step = FIELDS[where.split(".")[1] ?? ""];
    if (step) found.add(step);
  }
  return found;
}
