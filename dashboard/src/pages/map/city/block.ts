import { Color, InstancedMesh, BoxGeometry, Matrix4, MeshLambertMaterial } from "three";
import type { Things } from "../features";
import { boundsOf, type LonLat, toLocal, USUAL_RANGE_M } from "../geometry";
import type { Ink } from "../ink";
import { type Clear, houses } from "./houses";

/** Around what a camera or an event is nothing is built. */
const CLEAR_M = 24;
/** Points along the middle of a view that are kept clear. */
const ALONG = [0.2, 0.4, 0.6, 0.8];

/** Generated houses, one drawing for all of them. */
export function drawBlock(things: Things, origin: LonLat, ink: Ink): InstancedMesh {
  const places = things.cameras.map(({ at }) => at);
  const [west = 0, south = 0, east = 0, north = 0] = boundsOf(places) ?? [];
  const low = toLocal(origin, [west, south]);
  const high = toLocal(origin, [east, north]);
  const built = places.length ? houses([...low, ...high], clearings(things, origin)) : [];

  const color = new Color(ink.raised).lerp(new Color(ink.secondary), 0.3);
  const material = new MeshLambertMaterial({ color });
  const block = new InstancedMesh(new BoxGeometry(1, 1, 1), material, built.length);
  const matrix = new Matrix4();
  built.forEach((house, index) => {
    matrix.makeScale(house.width, house.height, house.depth);
    matrix.setPosition(house.east, house.height / 2, -house.north);
    block.setMatrixAt(index, matrix);
  });
  return block;
}

function clearings({ cameras, events }: Things, origin: LonLat): Clear[] {
  const around = (at: LonLat): Clear => {
    const [east, north] = toLocal(origin, at);
    return { east, north, radius: CLEAR_M };
  };
  const views = cameras.flatMap(({ camera: { spec }, at }): Clear[] => {
    if (spec.heading_deg === null || spec.fov_deg === null) return [];
    const { east, north } = around(at);
    const bearing = (spec.heading_deg * Math.PI) / 180;
    const half = Math.min(60, spec.fov_deg / 2) * (Math.PI / 180);
    return ALONG.map((share) => {
      const along = share * (spec.range_m ?? USUAL_RANGE_M);
      return {
        east: east + Math.sin(bearing) * along,
        north: north + Math.cos(bearing) * along,
        radius: Math.max(CLEAR_M / 2, Math.tan(half) * along),
      };
    });
  });
  return [...cameras.map(({ at }) => around(at)), ...events.map(({ at }) => around(at)), ...views];
}
