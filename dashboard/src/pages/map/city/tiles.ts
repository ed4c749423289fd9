import { TilesRenderer } from "3d-tiles-renderer/three";
import { Group, Matrix4, Sphere } from "three";
import type { CityModel } from "../../../api/map";
import type { LonLat } from "../geometry";
import { type Standing, turned } from "./model";
import type { Stage } from "./stage";

/** Nothing that lies on the ground is so near to the middle of the earth. */
const IN_THE_EARTH_M = 3_000_000;

/** 3D Tiles, which come as the reader moves; geocentric ones stand where they say. */
export async function standTiles(
  model: CityModel,
  origin: LonLat,
  stage: Stage,
): Promise<Standing> {
  const tiles = new TilesRenderer(model.url);
  const upright = new Group().add(tiles.group);
  upright.rotation.x = -Math.PI / 2; // theirs is z up, x east, y north
  const object = turned(model, origin).add(upright);
  tiles.setCamera(stage.camera);
  tiles.setResolutionFromRenderer(stage.camera, stage.webgl);

  await new Promise<void>((resolve, reject) => {
    tiles.addEventListener("load-root-tileset", () => resolve());
    tiles.addEventListener("load-error", ({ error }) => reject(error));
    tiles.update();
  });
  const around = new Sphere();
  tiles.getBoundingSphere(around);
  if (around.center.length() > IN_THE_EARTH_M) {
    const frame = new Matrix4();
    const [lon, lat] = origin.map((degrees) => (degrees * Math.PI) / 180) as LonLat;
    tiles.ellipsoid.getEastNorthUpFrame(lat, lon, 0, frame);
    frame.invert().decompose(tiles.group.position, tiles.group.quaternion, tiles.group.scale);
    object.position.set(0, model.height_m, 0);
    object.rotation.y = 0;
  }
  const update = () => tiles.update();
  stage.onDraw.add(update);
  for (const what of ["needs-update", "load-model", "tiles-load-end"] as const) {
    tiles.addEventListener(what, () => stage.draw());
  }
  const dispose = () => {
    stage.onDraw.delete(update);
    tiles.dispose();
    object.removeFromParent();
  };
  return { object, dispose };
}
