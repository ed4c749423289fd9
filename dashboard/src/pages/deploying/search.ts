import type {
  DeploymentChange,
  DeploymentOrder,
  DeploymentSpec,
  Schedule,
  Shape,
} from "../../api/deployments";
import { stable } from "../deployments/diff";

/** A deployment on its way, as the address of the four steps says it: Back goes one step back. */
export interface DraftSearch {
  /** The deployment that is changed; left out: a new one. */
  of?: string;
  /** The revision that is changed: what somebody saved meanwhile is not overwritten. */
  revision?: number;
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
  const { schedule, fps, revision } = search;
  return {
    of: text(search.of),
    revision: typeof revision === "number" ? revision : undefined,
    step: STEPS.find((step) => step === Number(search.step)),
    scenario: text(search.scenario),
    algorithm: text(search.algorithm),
    cameras: texts(search.cameras),
    division: text(search.division),
    tags: texts(search.tags),
    zones: shapes(search.zones),
    zones_by_camera: byCamera(search.zones_by_camera),
    schedule: record(schedule) ? (schedule as Schedule) : undefined,
    rule: record(search.rule) as DraftSearch["rule"],
    fps: typeof fps === "number" ? fps : undefined,
    trial: text(search.trial),
  };
}

/** The draft as the platform wants it. */
export function toOrder(draft: DraftSearch): DeploymentOrder {
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
export function toDraft(of: string, revision: number, spec: DeploymentSpec): DraftSearch {
  const { selector } = spec;
  return {
    of,
    revision,
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

/** What a draft changes of what there is; what stays is left out, so that a rollout goes on. */
export function changesOf(spec: DeploymentSpec, draft: DraftSearch): DeploymentChange {
  const before: Record<string, unknown> = { ...toOrder(toDraft("", 0, spec)) };
  const after = Object.entries(toOrder(draft));
  return Object.fromEntries(
    after.filter(([field, value]) => stable(value) !== stable(before[field])),
  );
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

function shapes(value: unknown): Shape[] | undefined {
  const is = (one: unknown) => typeof record(one)?.name === "string" && Array.isArray(record(one)?.points);
  return Array.isArray(value) && value.length > 0 && value.every(is) ? (value as Shape[]) : undefined;
}

function byCamera(value: unknown): Record<string, Shape[]> | undefined {
  const all = Object.entries(record(value) ?? {}).map(([id, drawn]) => [id, shapes(drawn) ?? []]);
  return all.length > 0 ? (Object.fromEntries(all) as Record<string, Shape[]>) : undefined;
}

function record<T>(value: unknown): Record<string, T> | undefined {
  const is = typeof value === "object" && value !== null && !Array.isArray(value);
  return is ? (value as Record<string, T>) : undefined;
}
