import { expect, test } from "vitest";
import type { Camera } from "../../api/cameras";
import type { EventPlace } from "../../api/map";
import { houses } from "./city/houses";
import { cameraFeatures, coneFeatures, eventFeatures, placeCameras, placeEvents } from "./features";
import {
  boundsOf,
  cone,
  destination,
  fromLocal,
  frustum,
  graticule,
  type LonLat,
  seenAt,
  toLocal,
  type View,
} from "./geometry";
import { hidden, readMapSearch, readPlace, writePlace } from "./search";
import { sinceOf, stepsBack, untilBack } from "./time";

const HERE: LonLat = [114.25, 22.72];
const EAST: View = { heading_deg: 90, pitch_deg: -10, fov_deg: 60, range_m: 100, height_m: 6 };
const MIDDLE = [0.45, 0.3, 0.55, 0.5];

function camera(fields: Partial<Camera["spec"]>, state = "online"): Camera {
  const spec = { lon: 114.25, lat: 22.72, ...EAST, ...fields };
  return { id: "C", name: "Gate", spec, status: { state } } as Camera;
}

function event(fields: Partial<EventPlace>): EventPlace {
  const usual = { id: "E", camera_id: "C", severity: "major", lon: 114.25, lat: 22.72, box: MIDDLE };
  return { ...usual, ...fields } as EventPlace;
}

test("metres and degrees lead to each other", () => {
  const [lon, lat] = fromLocal(HERE, 1200, -800);
  const [east, north] = toLocal(HERE, [lon, lat]);
  expect(east).toBeCloseTo(1200, 6);
  expect(north).toBeCloseTo(-800, 6);
  expect(toLocal(HERE, [114.25, 22.73])[1]).toBeCloseTo(1112, 0);
});

test("north is 0 and east 90 degrees", () => {
  const [east, north] = toLocal(HERE, destination(HERE, 90, 100));
  expect(east).toBeCloseTo(100, 3);
  expect(north).toBeCloseTo(0, 3);
  expect(toLocal(HERE, destination(HERE, 0, 100))[1]).toBeCloseTo(100, 3);
});

test("a view is a closed ring from the camera to its range, and a circle all around", () => {
  const ring = cone(HERE, EAST) ?? [];
  expect(ring[0]).toEqual(HERE);
  expect(ring.at(-1)).toEqual(HERE);
  const [first, last] = [ring[1], ring.at(-2)].map((at) => toLocal(HERE, at ?? HERE));
  expect(first?.map(Math.round)).toEqual([87, 50]);
  expect(last?.map(Math.round)).toEqual([87, -50]);

  const circle = cone(HERE, { ...EAST, fov_deg: 360 }) ?? [];
  expect(circle).not.toContainEqual(HERE);
  const gap = toLocal(circle[0] ?? HERE, circle.at(-1) ?? HERE);
  expect(Math.hypot(...gap)).toBeCloseTo(0, 3);
});

test("a view of which the heading or the width is unknown is not drawn", () => {
  expect(cone(HERE, { ...EAST, heading_deg: null })).toBeUndefined();
  expect(cone(HERE, { ...EAST, fov_deg: null })).toBeUndefined();
});

test("a thing stands where its box meets the ground", () => {
  const [east, north] = toLocal(HERE, seenAt(HERE, EAST, MIDDLE));
  expect(north).toBeCloseTo(0, 3);
  expect(east).toBeCloseTo(6 / Math.tan((10 * Math.PI) / 180), 1);

  const lower = toLocal(HERE, seenAt(HERE, EAST, [0.45, 0.5, 0.55, 0.9]))[0];
  expect(lower).toBeLessThan(east);
  const right = toLocal(HERE, seenAt(HERE, EAST, [0.9, 0.3, 1, 0.5]))[1];
  expect(right).toBeLessThan(0);
});

test("without height or tilt a thing is halfway, above the horizon at the end, else at the camera", () => {
  const far = (view: View, box = MIDDLE) => Math.round(toLocal(HERE, seenAt(HERE, view, box))[0]);
  expect(far({ ...EAST, height_m: null })).toBe(50);
  expect(far({ ...EAST, pitch_deg: null, range_m: null })).toBe(25);
  expect(far(EAST, [0.45, 0, 0.55, 0.1])).toBe(100);
  expect(seenAt(HERE, { ...EAST, heading_deg: null }, MIDDLE)).toEqual(HERE);
  expect(seenAt(HERE, EAST, null)).toEqual(HERE);
});

test("a view in the city ends at its range or on the ground", () => {
  const [lens, corners] = frustum([10, 20], EAST) ?? [[0, 0, 0], []];
  expect(lens).toEqual([10, 20, 6]);
  const [topLeft, topRight, lowRight, lowLeft] = corners;
  expect(topLeft?.[2]).toBeGreaterThan(6);
  expect(lowRight?.[2]).toBeCloseTo(0, 6);
  expect(topLeft?.[1]).toBeGreaterThan(20);
  expect(topRight?.[1]).toBeLessThan(20);
  expect(lowLeft?.[0]).toBeGreaterThan(10);
  expect(frustum([0, 0], { ...EAST, fov_deg: 180 })).toBeUndefined();
});

test("houses are the same each time and keep away from streets and cameras", () => {
  const built = houses([-200, -200, 200, 200], [{ east: 26, north: 26, radius: 30 }]);
  expect(built.length).toBeGreaterThan(100);
  expect(houses([-200, -200, 200, 200], [{ east: 26, north: 26, radius: 30 }])).toEqual(built);
  expect(built.some(({ east, north }) => Math.hypot(east - 26, north - 26) <= 30)).toBe(false);
  expect(built.every(({ east, north }) => east !== 0 && north !== 0)).toBe(true);
});

test("a whole city is not built", () => {
  expect(houses([-50_000, -50_000, 50_000, 50_000], []).length).toBeLessThan(8000);
});

test("time goes back by its own length and ends now", () => {
  const now = Date.parse("2026-11-24T12:00:30Z");
  const until = untilBack(6, 2, now);
  expect(until).toBe("2026-11-24T00:00:00.000Z");
  expect(stepsBack(6, until, now)).toBe(2);
  expect(untilBack(6, 0, now)).toBeUndefined();
  expect(stepsBack(6, undefined, now)).toBe(0);
  expect(sinceOf(6, until, now)).toBe("2026-11-23T18:00:00.000Z");
});

test("a camera without a place is not on the map, one without a view has no cone", () => {
  const placed = placeCameras([camera({}), camera({ lon: null }), camera({ heading_deg: null })]);
  expect(cameraFeatures(placed).features).toHaveLength(2);
  expect(coneFeatures(placed).features).toHaveLength(1);
});

test("a camera's point says its state", () => {
  const [point] = cameraFeatures(placeCameras([camera({}, "degraded")])).features;
  expect(point?.properties).toEqual({ id: "C", name: "Gate", tone: "major", online: 0 });
});

test("an event is in the view of its camera, until the camera is moved", () => {
  const cameras = placeCameras([camera({})]);
  const [seen, before] = placeEvents([event({}), event({ lat: 22.7 })], cameras);
  expect(seen?.at).not.toEqual(HERE);
  expect(before?.at).toEqual([114.25, 22.7]);
  expect(eventFeatures(placeEvents([event({})], [])).features[0]?.properties).toEqual({
    id: "E",
    camera: "C",
    rank: 2,
  });
});

test("bounds hold all places", () => {
  expect(boundsOf([HERE, [114.3, 22.6]])).toEqual([114.25, 22.6, 114.3, 22.72]);
  expect(boundsOf([])).toBeUndefined();
});

test("twenty lines at most each way, however near", () => {
  for (const width of [0.001, 0.02, 0.3, 7, 100]) {
    const lines = graticule([114, 22, 114 + width, 22 + width]);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.length).toBeLessThan(46);
  }
});

test("the address says the view; what it does not know it drops", () => {
  expect(readMapSearch({ hours: 6, heat: true, hide: "cones,nothing", view: "city" })).toMatchObject({
    hours: 6,
    heat: true,
    hide: "cones",
    view: "city",
  });
  const nonsense = { hours: 5, view: "moon", at: "a,b", until: "soon", heat: "maybe" };
  expect(Object.values(readMapSearch(nonsense)).every((value) => value === undefined)).toBe(true);
  expect(hidden("events,cones")).toEqual(["cones", "events"]);
});

test("a place is written and read again", () => {
  const place = { lon: 114.25, lat: 22.72, zoom: 15.5 };
  expect(readPlace(writePlace(place))).toEqual(place);
  expect(readPlace("114,91,3")).toBeUndefined();
  expect(readPlace(undefined)).toBeUndefined();
});
