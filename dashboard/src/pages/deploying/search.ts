import type {
  DeploymentChange,
  DeploymentOrder,
  DeploymentSpec,
  Schedule,
  Shape,
} from "../../api/deployments";

/** A deployment on its way, as the address of the four steps says it: Back goes one step back. */
export interface DraftSearch {
  /** The deployment that is changed; left out: a new one. */
  of?: string;
  step?: 1 | 2 | 3 | 4;
  scenario?: string;
  algorithm?: string;
  cameras?: string[];
  division?: string;
  tags?: string[];
  zones?: Shape[];
  zones_by_camera?: Record<string, Shape[]>;
  schedule?: Schedule;
  rule?: NonNullable<DeploymentOrder["rule"]>;
  fps?: number;
  /** The newest trial of it. */
  trial?: string;
}

export const STEPS = [1, 2, 3, 4] as const;
export type Step = (typeof STEPS)[number];

export function readDraftSearch(search: Record<string, unknown>): DraftSearch {
  const { schedule, fps } = search;
  return {
    of: text(search.of),
    step: STEPS.find((step) => step === Number(search.step)),
    scenario: text(search.scenario),
    algorithm: text(search.algorithm),
    cameras: texts(search.cameras),
    division: text(search.division),
    tags: texts(search.tags),
    zones: Array.isArray(search.zones) ? (search.zones as Shape[]) : undefined,
    zones_by_camera: record<Shape[]>(search.zones_by_camera),
    schedule: record(schedule) ? (schedule as Schedule) : undefined,
    rule: record(search.rule) as DraftSearch["rule"],
    fps: typeof fps === "number" ? fps : undefined,
    trial: text(search.trial),
  };
}

/** The draft as the platform wants it. */
export function toOrder(draft: DraftSearch): DeploymentOrder & DeploymentChange {
  const { scenario = "", algorithm, cameras, division, tags, schedule, fps } = draft;
  const selects = division !== undefined || (tags?.length ?? 0) > 0;
  return {
    scenario,
    algorithm: algorithm ?? null,
    ...(selects
      ? { selector: { division: division ?? null, tags: tags ?? [] } }
      : { camera_ids: cameras ?? [] }),
    zones: draft.zones ?? [],
    zones_by_camera: draft.zones_by_camera ?? {},
    schedule: schedule ?? null,
    rule: draft.rule ?? {},
    fps: fps ?? null,
  };
}

/** What there is as a draft, to be changed. */
export function toDraft(of: string, spec: DeploymentSpec): DraftSearch {
  const { selector } = spec;
  return {
    of,
    scenario: spec.scenario,
    algorithm: spec.algorithm ?? undefined,
    cameras: spec.camera_ids.length > 0 ? spec.camera_ids : undefined,
    division: selector?.division ?? undefined,
    tags: selector?.tags,
    zones: spec.zones.length > 0 ? spec.zones : undefined,
    zones_by_camera: filled(spec.zones_by_camera),
    schedule: spec.schedule ?? undefined,
    rule: filled(spec.rule) as DraftSearch["rule"],
    fps: spec.fps ?? undefined,
  };
}

/** Whether it says which cameras. */
export function hasCameras({ cameras, division, tags }: DraftSearch): boolean {
  return division !== undefined || (tags?.length ?? 0) > 0 || (cameras?.length ?? 0) > 0;
}

function filled<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function texts(value: unknown): string[] | undefined {
  const all = Array.isArray(value) ? value.flatMap((one) => text(one) ?? []) : [];
  return all.length > 0 ? all : undefined;
}

function record<T>(value: unknown): Record<string, T> | undefined {
  const is = typeof value === "object" && value !== null && !Array.isArray(value);
  return is ? (value as Record<string, T>) : undefined;
}
