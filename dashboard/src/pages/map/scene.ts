import type { CityMap } from "../../api/map";
import type { Things } from "./features";
import type { LonLat } from "./geometry";
import type { Layer, MapSearch, Place } from "./search";

/** One thing of the map that somebody chose. */
export type Chosen = Pick<MapSearch, "camera" | "event" | "incident">;

/** What a drawing of the map shows and tells, flat or in the city. */
export interface SceneProps {
  label: string;
  city: CityMap;
  things: Things;
  hidden: Layer[];
  heat: boolean;
  /** Where the reader looks; undefined: at everything there is. */
  place: Place | undefined;
  /** Where the chosen thing is. */
  marked: LonLat | undefined;
  onPlace: (place: Place) => void;
  onChoose: (chosen: Chosen) => void;
}

/** What the page asks of a drawing. */
export interface SceneHandle {
  zoom: (steps: number) => void;
}
