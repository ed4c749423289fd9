import type { DeploymentSpec } from "../../api/deployments";

/** Fields of what a deployment was asked to be, in the order they are read. */
export const SPEC_FIELDS = [
  "algorithm",
  "camera_ids",
  "selector",
  "zones",
  "zones_by_camera",
  "schedule",
  "rule",
  "fps",
  "enabled",
] as const;

export type SpecField = (typeof SPEC_FIELDS)[number];

/** The fields in which two revisions differ. */
export function changedFields(before: DeploymentSpec, after: DeploymentSpec): SpecField[] {
  return SPEC_FIELDS.filter((field) => stable(before[field]) !== stable(after[field]));
}

/** Two revisions, each with only those values of the rule in which they differ. */
export function changedValues(
  before: DeploymentSpec,
  after: DeploymentSpec,
): [DeploymentSpec, DeploymentSpec] {
  const differs = (name: string) => stable(before.rule[name]) !== stable(after.rule[name]);
  const only = (spec: DeploymentSpec) => ({
    ...spec,
    rule: Object.fromEntries(Object.entries(spec.rule).filter(([name]) => differs(name))),
  });
  return [only(before), only(after)];
}

/** As JSON with sorted keys: the order of keys is no difference. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => a.localeCompare(b)))
      : one,
  );
}
