import type { Feature, FeatureCollection, LineString, Point, Polygon } from "geojson";
import type { Camera } from "../../api/cameras";
import type { EventPlace, Incident } from "../../api/map";
import { severityTone } from "../../meaning/severityTone";
import { stateTone } from "../../meaning/stateTone";
import { cone, type LonLat, seenAt } from "./geometry";

/** The same things wherever they are drawn: flat or in the city. */
export interface Things {
  cameras: PlacedCamera[];
  events: PlacedEvent[];
  incidents: PlacedIncident[];
}

export interface PlacedCamera {
  camera: Camera;
  at: LonLat;
}

export interface PlacedEvent {
  event: EventPlace;
  /** About where its subject was. */
  at: LonLat;
}

export interface PlacedIncident {
  incident: Incident;
  at: LonLat;
}

export function placeCameras(cameras: Camera[]): PlacedCamera[] {
  return cameras.flatMap((camera) => {
    const { lon, lat } = camera.spec;
    return lon === null || lat === null ? [] : [{ camera, at: [lon, lat] }];
  });
}

/** Events in the view of their camera, unless it has been moved since. */
export function placeEvents(events: EventPlace[], cameras: PlacedCamera[]): PlacedEvent[] {
  const known = new Map(cameras.map(({ camera }) => [camera.id, camera.spec]));
  return events.map((event) => {
    const spec = known.get(event.camera_id);
    const there = spec?.lon === event.lon && spec.lat === event.lat;
    const camera: LonLat = [event.lon, event.lat];
    return { event, at: there ? seenAt(camera, spec, event.box) : camera };
  });
}

export function placeIncidents(incidents: Incident[]): PlacedIncident[] {
  return incidents.flatMap((incident) => {
    const { lon, lat } = incident;
    return lon === null || lat === null ? [] : [{ incident, at: [lon, lat] }];
  });
}

const RANKS = { notice: 1, major: 2, critical: 3 } as const;

export const cameraFeatures = (cameras: PlacedCamera[]): FeatureCollection<Point> =>
  collection(
    cameras.map(({ camera, at }) => {
      const tone = stateTone(camera.status.state);
      const online = camera.status.state === "online" ? 1 : 0;
      return point(at, { id: camera.id, name: camera.name, tone, online });
    }),
  );

export const coneFeatures = (cameras: PlacedCamera[]): FeatureCollection<Polygon> =>
  collection(
    cameras.flatMap(({ camera, at }) => {
      const ring = cone(at, camera.spec);
      if (!ring) return [];
      const tone = stateTone(camera.status.state);
      return { ...shape({ type: "Polygon", coordinates: [ring] }), properties: { tone } };
    }),
  );

export const eventFeatures = (events: PlacedEvent[]): FeatureCollection<Point> =>
  collection(
    events.map(({ event, at }) => {
      const rank = RANKS[severityTone(event.severity) as keyof typeof RANKS];
      return point(at, { id: event.id, camera: event.camera_id, rank });
    }),
  );

export const incidentFeatures = (incidents: PlacedIncident[]): FeatureCollection<Point> =>
  collection(
    incidents.map(({ incident, at }) =>
      point(at, {
        id: incident.id,
        tone: severityTone(incident.severity),
        open: incident.state === "open",
      }),
    ),
  );

export const lineFeatures = (lines: LonLat[][]): FeatureCollection<LineString> =>
  collection(lines.map((line) => shape({ type: "LineString", coordinates: line })));

export function point(at: LonLat, properties: Record<string, unknown> = {}): Feature<Point> {
  return { ...shape({ type: "Point", coordinates: at }), properties };
}

function shape<G extends Point | Polygon | LineString>(geometry: G): Feature<G> {
  return { type: "Feature", properties: {}, geometry };
}

export function collection<G extends Point | Polygon | LineString>(
  features: Feature<G>[],
): FeatureCollection<G> {
  return { type: "FeatureCollection", features };
}
