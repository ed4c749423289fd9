import { Group, type Object3D } from "three";
import type { CityModel } from "../../../api/map";
import { type LonLat, toLocal } from "../geometry";
import { discard, type Stage } from "./stage";

/** A model of the city on the stage, until it is taken off. */
export interface Standing {
  object: Object3D;
  dispose: () => void;
}

/**
 * Puts the city's model where it belongs.
 *
 * @throws Error if its first file cannot be read.
 */
export async function standModel(
  model: CityModel,
  origin: LonLat,
  stage: Stage,
): Promise<Standing> {
  if (model.format === "gltf") {
    const { GLTFLoader } = await import("three/addons/loaders/GLTFLoader.js");
    const { scene } = await new GLTFLoader().loadAsync(model.url);
    const object = turned(model, origin).add(scene);
    return { object, dispose: () => discard(object) };
  }
  const { standTiles } = await import("./tiles");
  return standTiles(model, origin, stage);
}

/** Its origin and its north where the operator says they are. */
export function turned({ lon, lat, heading_deg, height_m }: CityModel, origin: LonLat): Group {
  const group = new Group();
  const [east, north] = lon === null || lat === null ? [0, 0] : toLocal(origin, [lon, lat]);
  group.position.set(east, height_m, -north);
  group.rotation.y = (-heading_deg * Math.PI) / 180;
  return group;
}
