import type {
  ExpressionSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import type { CityMap } from "../../api/map";
import { collection } from "./features";
import { iconName, type Kind } from "./icons";
import type { Ink } from "./ink";
import type { Layer } from "./search";

/** Drawn by the browser's own fonts: a style without `glyphs` asks nobody for letters. */
const FONT = ["system-ui", "Noto Sans CJK SC", "sans-serif"];
const CLUSTERED = ["has", "point_count"] as ExpressionSpecification;
const SINGLE = ["!", CLUSTERED] as ExpressionSpecification;
const NAMES_FROM_ZOOM = 14;

/** The layers of ours that belong to each layer of the page, and answer to a click. */
export const DRAWN: Record<Layer, string[]> = {
  cameras: ["cameras", "camera-clusters", "camera-counts"],
  cones: ["cones", "cone-edges"],
  events: ["events", "event-counts"],
  incidents: ["incidents"],
};

/** What lies together is found in this order: exactly there, then about there. */
export const TOUCHED = ["events", "incidents", "cameras", "camera-clusters"];
export const TOUCH_PX = [0, 8];

/** The ground: the operator's own map, or a plain ground with meridians. */
export function groundStyle(city: CityMap, ink: Ink): StyleSpecification {
  const tiles: SourceSpecification | undefined = city.tiles
    ? { type: "raster", tiles: [city.tiles], tileSize: 256, attribution: city.attribution }
    : undefined;
  return {
    version: 8,
    sources: tiles ? { tiles } : {},
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      ...(tiles ? [{ id: "tiles", type: "raster" as const, source: "tiles" }] : []),
    ],
  };
}

/** Events that are together from here on are at one place. */
export const ONE_PLACE_ZOOM = 20;

const EMPTY: SourceSpecification = { type: "geojson", data: collection([]) };

export const sources: Record<string, SourceSpecification> = {
  graticule: EMPTY,
  cones: EMPTY,
  heat: EMPTY,
  cameras: {
    type: "geojson",
    data: collection([]),
    cluster: true,
    clusterRadius: 36,
    clusterMaxZoom: 15,
    clusterProperties: { online: ["+", ["get", "online"]] },
  },
  events: {
    type: "geojson",
    data: collection([]),
    cluster: true,
    clusterRadius: 30,
    clusterMaxZoom: ONE_PLACE_ZOOM - 1,
    maxzoom: ONE_PLACE_ZOOM,
    clusterProperties: { rank: ["max", ["get", "rank"]] },
  },
  incidents: EMPTY,
  marked: EMPTY,
};

/** Our layers over the ground, the lowest first. */
export function layers(ink: Ink): LayerSpecification[] {
  const label = { "text-font": FONT, "text-size": 12 };
  const halo = { "text-color": ink.text, "text-halo-color": ink.ground, "text-halo-width": 1.5 };
  return [
    {
      id: "graticule",
      type: "line",
      source: "graticule",
      paint: { "line-color": ink.line, "line-width": 1 },
    },
    {
      id: "cones",
      type: "fill",
      source: "cones",
      paint: { "fill-color": byTone(ink), "fill-opacity": 0.18 },
    },
    {
      id: "cone-edges",
      type: "line",
      source: "cones",
      paint: { "line-color": byTone(ink), "line-width": 1, "line-opacity": 0.7 },
    },
    {
      id: "heat",
      type: "heatmap",
      source: "heat",
      paint: {
        "heatmap-radius": ["interpolate", ["exponential", 1.6], ["zoom"], 8, 10, 17, 60],
        "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 8, 0.4, 17, 1],
        "heatmap-opacity": 0.75,
        "heatmap-color": heatColours(ink),
      },
    },
    {
      id: "marked",
      type: "circle",
      source: "marked",
      paint: {
        "circle-radius": 20,
        "circle-color": ink.accent,
        "circle-opacity": 0.25,
        "circle-stroke-color": ink.accent,
        "circle-stroke-width": 2,
      },
    },
    {
      id: "camera-clusters",
      type: "circle",
      source: "cameras",
      filter: CLUSTERED,
      paint: {
        "circle-color": ink.panel,
        "circle-radius": ["step", ["get", "point_count"], 16, 20, 20, 200, 26],
        "circle-stroke-width": 2,
        "circle-stroke-color": ["case", ALL_ONLINE, ink.good, ink.major],
      },
    },
    {
      id: "camera-counts",
      type: "symbol",
      source: "cameras",
      filter: CLUSTERED,
      layout: {
        ...label,
        "text-field": [
          "case",
          ALL_ONLINE,
          ["to-string", ["get", "point_count"]],
          ["concat", ["get", "online"], "/", ["get", "point_count"]],
        ],
        "text-allow-overlap": true,
      },
      paint: { "text-color": ink.text },
    },
    {
      id: "cameras",
      type: "symbol",
      source: "cameras",
      filter: SINGLE,
      layout: {
        ...label,
        "icon-image": ["concat", "camera-", ["get", "tone"]],
        "icon-allow-overlap": true,
        "text-field": ["step", ["zoom"], "", NAMES_FROM_ZOOM, ["get", "name"]],
        "text-anchor": "left",
        "text-offset": [1.2, 0],
        "text-optional": true,
      },
      paint: halo,
    },
    {
      id: "incidents",
      type: "symbol",
      source: "incidents",
      layout: {
        "icon-image": ["concat", "incident-", ["get", "tone"]],
        "icon-anchor": "top",
        "icon-offset": [0, 10],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
      paint: { "icon-opacity": ["case", ["get", "open"], 1, 0.6] },
    },
    {
      id: "events",
      type: "symbol",
      source: "events",
      layout: {
        "icon-image": byRank("event"),
        "icon-anchor": "bottom",
        "icon-offset": [0, -10],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "symbol-sort-key": ["get", "rank"],
      },
    },
    {
      id: "event-counts",
      type: "symbol",
      source: "events",
      filter: CLUSTERED,
      layout: {
        ...label,
        "text-field": ["to-string", ["get", "point_count"]],
        "text-anchor": "bottom-left",
        "text-offset": [0.7, -0.9],
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: halo,
    },
  ];
}

const ALL_ONLINE = [
  "==",
  ["get", "online"],
  ["get", "point_count"],
] as unknown as ExpressionSpecification;

function byTone(ink: Ink): ExpressionSpecification {
  const { good, major, notice, quiet } = ink;
  return ["match", ["get", "tone"], "good", good, "major", major, "notice", notice, quiet];
}

function byRank(kind: Kind): ExpressionSpecification {
  const name = (tone: "critical" | "major" | "notice") => iconName(kind, tone);
  return ["match", ["get", "rank"], 3, name("critical"), 2, name("major"), name("notice")];
}

/** From nothing over the accent to amber; red is kept for what is critical. */
function heatColours({ accent, major }: Ink): ExpressionSpecification {
  const density = ["heatmap-density"];
  const clear = ["to-color", `${accent}00`];
  const ramp = ["interpolate", ["linear"], density, 0, clear, 0.25, `${accent}80`, 0.6, accent, 1, major];
  return ramp as unknown as ExpressionSpecification;
}
