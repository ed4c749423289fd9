import type { Camera } from "../../../api/cameras";
import type { Deployment } from "../../../api/deployments";
import type { components } from "../../../api/schema";
import type { Point } from "./geometry";

type Zone = components["schemas"]["Zone"];
type Line = components["schemas"]["Line"];
type PrivacyArea = components["schemas"]["PrivacyArea"];

export type Kind = "include" | "exclude" | "line" | "private";

/** One thing drawn on the picture; `key` is for the screen only. */
export interface Drawn {
  key: string;
  kind: Kind;
  name: string;
  points: Point[];
  /** Of a zone with four corners: its length and width on the ground, in metres. */
  size_m?: [number, number] | null;
}

/** As the platform answers: a pair is some numbers there. */
type Read = Deployment["spec"]["zones"][number];
type ReadArea = Camera["spec"]["privacy_areas"][number];

let made = 0;

export function newKey(): string {
  return `shape-${++made}`;
}

export function isClosed(kind: Kind): boolean {
  return kind !== "line";
}

export function leastPoints(kind: Kind): number {
  return isClosed(kind) ? 3 : 2;
}

export function ofZones(zones: readonly Read[]): Drawn[] {
  return zones.map((zone) => ({
    key: newKey(),
    kind: zone.kind ?? "include",
    name: zone.name,
    points: zone.points as Point[],
    ...("size_m" in zone && { size_m: zone.size_m as [number, number] | null }),
  }));
}

export function toZones(shapes: readonly Drawn[]): (Zone | Line)[] {
  return shapes.map(({ kind, name, points, size_m }) => {
    if (kind === "line") return { kind, name, points };
    const measured = points.length === 4 && size_m ? { size_m } : {};
    return { kind: kind === "exclude" ? "exclude" : "include", name, points, ...measured };
  });
}

export function ofPrivacyAreas(areas: readonly ReadArea[]): Drawn[] {
  return areas.map(({ name, points }) => ({ key: newKey(), kind: "private", name, points: points as Point[] }));
}

export function toPrivacyAreas(shapes: readonly Drawn[]): PrivacyArea[] {
  return shapes.map(({ name, points }) => ({ name, points }));
}
