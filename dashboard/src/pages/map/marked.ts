import type { Things } from "./features";
import type { LonLat } from "./geometry";
import type { Chosen } from "./scene";

/** Where the chosen thing is; undefined where it is not on the map now. */
export function markedPlace(things: Things, chosen: Chosen): LonLat | undefined {
  if (chosen.event) return things.events.find(({ event }) => event.id === chosen.event)?.at;
  if (chosen.incident) {
    return things.incidents.find(({ incident }) => incident.id === chosen.incident)?.at;
  }
  return things.cameras.find(({ camera }) => camera.id === chosen.camera)?.at;
}
