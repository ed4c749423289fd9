import {
  BufferGeometry,
  CanvasTexture,
  Color,
  DoubleSide,
  Float32BufferAttribute,
  Group,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  Points,
  PointsMaterial,
  RingGeometry,
  SRGBColorSpace,
  Vector3,
} from "three";
import { severityTone } from "../../../meaning/severityTone";
import { stateTone } from "../../../meaning/stateTone";
import type { Tone } from "../../../meaning/tones";
import type { Things } from "../features";
import { frustum, type Local, type LonLat, toLocal, USUAL_HEIGHT_M } from "../geometry";
import { iconName, type Kind, RATIO } from "../icons";
import type { Ink } from "../ink";
import type { Chosen } from "../scene";
import type { Layer } from "../search";

/** Events and incidents hang a little above the ground, so that they do not lie in it. */
const ABOVE_GROUND_M = 1.5;
const INCIDENT_M = 16;
const MARK_M: [inner: number, outer: number] = [7, 8.5];

export interface Spot {
  chosen: Chosen;
  at: Vector3;
  icon: string;
  name: string;
}

/** Everything a reader can choose, those in front first. */
export function spots(things: Things, origin: LonLat, hidden: Layer[]): Spot[] {
  const stand = (at: LonLat, up: number) => {
    const [east, north] = toLocal(origin, at);
    return scenic([east, north, up]);
  };
  const shown = <T>(layer: Layer, all: T[]) => (hidden.includes(layer) ? [] : all);
  return [
    ...shown("events", things.events).map(({ event, at }) => ({
      chosen: { event: event.id },
      at: stand(at, ABOVE_GROUND_M),
      icon: icon("event", severityTone(event.severity)),
      name: event.scenario,
    })),
    ...shown("incidents", things.incidents).map(({ incident, at }) => ({
      chosen: { incident: incident.id },
      at: stand(at, INCIDENT_M),
      icon: icon("incident", severityTone(incident.severity)),
      name: incident.scenario,
    })),
    ...shown("cameras", things.cameras).map(({ camera, at }) => ({
      chosen: { camera: camera.id },
      at: stand(at, camera.spec.height_m ?? USUAL_HEIGHT_M),
      icon: icon("camera", stateTone(camera.status.state)),
      name: camera.name,
    })),
  ];
}

/** The icons of the flat map, as large wherever they stand, one drawing for all of a kind. */
export function drawSpots(all: Spot[], icons: Map<string, HTMLCanvasElement>): Group {
  const group = new Group();
  for (const [name, canvas] of icons) {
    const places = all.filter((spot) => spot.icon === name).map(({ at }) => at);
    if (places.length === 0) continue;
    const texture = new CanvasTexture(canvas);
    texture.colorSpace = SRGBColorSpace;
    const how = { map: texture, size: canvas.width / RATIO, sizeAttenuation: false };
    const material = new PointsMaterial({ ...how, transparent: true, depthTest: false });
    const points = new Points(new BufferGeometry().setFromPoints(places), material);
    points.renderOrder = name.startsWith("camera") ? 1 : 2;
    points.frustumCulled = false;
    group.add(points);
  }
  return group;
}

/** A ring on the ground around what was chosen. */
export function drawMark(at: LonLat, origin: LonLat, ink: Ink): Mesh {
  const material = new MeshBasicMaterial({ color: new Color(ink.accent), side: DoubleSide });
  material.depthTest = false;
  material.transparent = true;
  const ring = new Mesh(new RingGeometry(...MARK_M, 48), material);
  ring.rotation.x = -Math.PI / 2;
  ring.position.copy(scenic([...toLocal(origin, at), 0]));
  return ring;
}

/** Poles, and what each camera sees: its edges, and a thin veil between them. */
export function drawViews(
  { cameras }: Things,
  origin: LonLat,
  ink: Ink,
  hidden: Layer[],
): Group {
  const group = new Group();
  const edges = new Map<Tone, Vector3[]>();
  const veils = new Map<Tone, Vector3[]>();
  const poles: Vector3[] = [];
  for (const { camera, at } of cameras) {
    const foot = toLocal(origin, at);
    const height = camera.spec.height_m ?? USUAL_HEIGHT_M;
    poles.push(scenic([...foot, 0]), scenic([...foot, height]));
    const seen = frustum(foot, camera.spec);
    if (!seen) continue;
    const [lens, corners] = [scenic(seen[0]), seen[1].map(scenic)];
    const tone = stateTone(camera.status.state);
    const [edge, veil] = [listOf(edges, tone), listOf(veils, tone)];
    corners.forEach((corner, index) => {
      const next = corners[(index + 1) % corners.length] ?? corner;
      edge.push(lens, corner, corner, next);
      veil.push(lens, corner, next);
    });
  }
  if (!hidden.includes("cameras")) group.add(lines(poles, ink.secondary));
  if (hidden.includes("cones")) return group;
  for (const [tone, points] of edges) group.add(lines(points, ink[tone]));
  for (const [tone, points] of veils) {
    const material = new MeshBasicMaterial({ color: new Color(ink[tone]), side: DoubleSide });
    material.transparent = true;
    material.opacity = 0.12;
    material.depthWrite = false;
    group.add(new Mesh(geometryOf(points), material));
  }
  return group;
}

export function scenic([east, north, up]: Local): Vector3 {
  return new Vector3(east, up, -north);
}

function icon(kind: Kind, tone: Tone): string {
  return iconName(kind, tone);
}

function lines(points: Vector3[], colour: string): LineSegments {
  return new LineSegments(geometryOf(points), new LineBasicMaterial({ color: new Color(colour) }));
}

function geometryOf(points: Vector3[]): BufferGeometry {
  const numbers = points.flatMap(({ x, y, z }) => [x, y, z]);
  return new BufferGeometry().setAttribute("position", new Float32BufferAttribute(numbers, 3));
}

function listOf(lists: Map<Tone, Vector3[]>, tone: Tone): Vector3[] {
  const list = lists.get(tone) ?? [];
  lists.set(tone, list);
  return list;
}
