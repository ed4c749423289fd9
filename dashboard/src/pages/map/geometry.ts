/** Longitude and latitude in degrees, WGS 84. */
export type LonLat = [lon: number, lat: number];

/** Where a camera looks; what is not known is null. */
export interface View {
  heading_deg: number | null;
  pitch_deg: number | null;
  fov_deg: number | null;
  range_m: number | null;
  height_m: number | null;
}

const EARTH_M = 6_371_008.8;
const RADIANS = Math.PI / 180;
const DEGREE_M = EARTH_M * RADIANS;

/** So far a view is drawn whose range nobody has said. */
export const USUAL_RANGE_M = 50;

/** Beyond, a lens bends lines, and a row of the picture no longer says how far a thing is. */
const WIDEST_FLAT_DEG = 120;
const PICTURE_SHAPE = 9 / 16;
const ARC_STEP_DEG = 6;

/** The place so many metres away; the earth is flat there, which costs a city centimetres. */
export function destination([lon, lat]: LonLat, bearing_deg: number, metres: number): LonLat {
  const bearing = bearing_deg * RADIANS;
  return fromLocal([lon, lat], Math.sin(bearing) * metres, Math.cos(bearing) * metres);
}

/** Metres east and north of the origin. */
export function toLocal(origin: LonLat, [lon, lat]: LonLat): [east: number, north: number] {
  const east = (lon - origin[0]) * DEGREE_M * Math.cos(origin[1] * RADIANS);
  return [east, (lat - origin[1]) * DEGREE_M];
}

export function fromLocal(origin: LonLat, east: number, north: number): LonLat {
  const lon = origin[0] + east / (DEGREE_M * Math.cos(origin[1] * RADIANS));
  return [lon, origin[1] + north / DEGREE_M];
}

/** The ground a camera sees as a closed ring; undefined where its heading or width is unknown. */
export function cone(at: LonLat, view: View): LonLat[] | undefined {
  const { heading_deg, fov_deg } = view;
  if (heading_deg === null || fov_deg === null) return undefined;
  const range = view.range_m ?? USUAL_RANGE_M;
  const steps = Math.max(2, Math.ceil(fov_deg / ARC_STEP_DEG));
  const arc = Array.from({ length: steps + 1 }, (_, step) =>
    destination(at, heading_deg - fov_deg / 2 + (fov_deg * step) / steps, range),
  );
  return fov_deg >= 360 ? arc : [at, ...arc, at];
}

/** About how high a picture's view is, of a 16:9 picture. */
export function verticalFov(fov_deg: number): number {
  const half = Math.tan((Math.min(fov_deg, WIDEST_FLAT_DEG) / 2) * RADIANS);
  return (2 * Math.atan(half * PICTURE_SHAPE)) / RADIANS;
}

/**
 * About where a thing stands that a camera sees: in the direction of its box, as far as the height
 * and the tilt of the lens say, else halfway. Where the camera's view is unknown: at the camera.
 *
 * @param box x1 y1 x2 y2, fractions of the picture.
 */
export function seenAt(at: LonLat, view: View, box: number[] | null): LonLat {
  const { heading_deg, fov_deg } = view;
  if (heading_deg === null || fov_deg === null || !box) return at;
  const [x1 = 0, , x2 = 1, y2 = 1] = box;
  const bearing = heading_deg + ((x1 + x2) / 2 - 0.5) * fov_deg;
  return destination(at, bearing, distance(view, fov_deg, y2));
}

function distance({ pitch_deg, range_m, height_m }: View, fov_deg: number, foot: number): number {
  const range = range_m ?? USUAL_RANGE_M;
  if (pitch_deg === null || !height_m || fov_deg > WIDEST_FLAT_DEG) return range / 2;
  const down = -pitch_deg + (foot - 0.5) * verticalFov(fov_deg);
  if (down <= 0) return range;
  return down >= 90 ? 0 : Math.min(range, height_m / Math.tan(down * RADIANS));
}

/** East, north and up in metres. */
export type Local = [east: number, north: number, up: number];

/** A lens nobody has measured hangs so high above the ground. */
export const USUAL_HEIGHT_M = 6;
const USUAL_PITCH_DEG = -15;

/**
 * The lens and the four corners of what it sees, each as far as its range or the ground: top left,
 * top right, bottom right, bottom left. Undefined where no flat picture is known to be seen.
 */
export function frustum(foot: [number, number], view: View): [Local, Local[]] | undefined {
  const { heading_deg, fov_deg } = view;
  if (heading_deg === null || fov_deg === null || fov_deg > WIDEST_FLAT_DEG) return undefined;
  const height = view.height_m ?? USUAL_HEIGHT_M;
  const pitch = view.pitch_deg ?? USUAL_PITCH_DEG;
  const range = view.range_m ?? USUAL_RANGE_M;
  const up = verticalFov(fov_deg) / 2;
  const lens: Local = [...foot, height];
  const corners = ([[-1, 1], [1, 1], [1, -1], [-1, -1]] as const).map(([side, over]): Local => {
    const bearing = (heading_deg + (side * fov_deg) / 2) * RADIANS;
    const rise = Math.max(-89, Math.min(89, pitch + over * up)) * RADIANS;
    const reach = rise < 0 ? Math.min(range, height / Math.sin(-rise)) : range;
    const along = reach * Math.cos(rise);
    const [east, north] = [Math.sin(bearing) * along, Math.cos(bearing) * along];
    return [foot[0] + east, foot[1] + north, height + reach * Math.sin(rise)];
  });
  return [lens, corners];
}

/** West, south, east, north around places; undefined without any. */
export function boundsOf(places: LonLat[]): [number, number, number, number] | undefined {
  if (places.length === 0) return undefined;
  const lons = places.map(([lon]) => lon);
  const lats = places.map(([, lat]) => lat);
  const least = (values: number[]) => values.reduce((a, b) => Math.min(a, b));
  const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b));
  return [least(lons), least(lats), most(lons), most(lats)];
}

const STEPS = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002];
const MOST_LINES = 20;

/** Meridians and parallels over a part of the earth, twenty at most each way. */
export function graticule([west, south, east, north]: number[]): LonLat[][] {
  if (west === undefined || south === undefined || east === undefined || north === undefined) {
    return [];
  }
  const fits = (step: number) => (east - west) / step <= MOST_LINES;
  const step = STEPS.findLast(fits) ?? 30;
  const lines: LonLat[][] = [];
  for (let lon = Math.floor(west / step) * step; lon <= east; lon += step) {
    lines.push([[lon, south], [lon, north]]);
  }
  for (let lat = Math.floor(south / step) * step; lat <= north; lat += step) {
    lines.push([[west, lat], [east, lat]]);
  }
  return lines;
}
