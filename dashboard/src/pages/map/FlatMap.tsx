import { useComputedColorScheme } from "@mantine/core";
import { type GeoJSONSource, Map as MapLibre, type PointLike, ScaleControl, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import classes from "./FlatMap.module.css";
import {
  cameraFeatures,
  collection,
  coneFeatures,
  eventFeatures,
  incidentFeatures,
  lineFeatures,
  point,
} from "./features";
import { boundsOf, graticule } from "./geometry";
import { drawIcons, RATIO } from "./icons";
import { readInk } from "./ink";
import { DRAWN, groundStyle, layers, ONE_PLACE_ZOOM, sources, TOUCH_PX, TOUCHED } from "./layers";
import type { Chosen, SceneHandle, SceneProps } from "./scene";
import { LAYERS, MAX_ZOOM, type Place, samePlace } from "./search";

setWorkerUrl(workerUrl);

/** Around everything there is, so that nothing hides at the edge or under the rail. */
const MARGIN_PX = 64;
const RAIL_PX = 276;
const PHONE_PX = 700;
/** A single camera is not looked at from nearer than this. */
const WHOLE_ZOOM = 16;

/** Tells a movement that the reader asked for from one that shows everything. */
const ASKED = { asked: true };

/** The map by MapLibre. Loaded lazily; `aria-busy` until everything it knows is drawn. */
export default function FlatMap(props: SceneProps & { ref?: Ref<SceneHandle> }) {
  const { city, things, hidden, heat, place, marked, ref } = props;
  const scheme = useComputedColorScheme();
  const box = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<MapLibre>();
  const newest = useRef(props);
  newest.current = props;

  useImperativeHandle(ref, () => ({
    zoom: (steps) => void map?.easeTo({ zoom: map.getZoom() + steps, duration: 200 }, ASKED),
  }));

  useEffect(() => {
    const container = box.current;
    if (!container) return;
    const made = open(container, newest.current);
    const show = () => {
      addOurs(made);
      setMap(made);
    };
    made.once("style.load", show);
    return () => {
      setMap(undefined);
      made.remove();
    };
    // Another theme or another city is another map.
  }, [city, scheme]);

  useEffect(() => {
    if (!map) return;
    const events = eventFeatures(things.events);
    put(map, "cameras", cameraFeatures(things.cameras));
    put(map, "cones", coneFeatures(things.cameras));
    put(map, "events", events);
    put(map, "heat", heat ? events : collection([]));
    put(map, "incidents", incidentFeatures(things.incidents));
  }, [map, things, heat]);

  useEffect(() => {
    if (map) put(map, "marked", collection(marked ? [point(marked)] : []));
  }, [map, marked]);

  useEffect(() => {
    for (const layer of LAYERS) {
      const visibility = hidden.includes(layer) ? "none" : "visible";
      for (const id of DRAWN[layer]) map?.setLayoutProperty(id, "visibility", visibility);
    }
  }, [map, hidden]);

  const whole = place ? undefined : boundsOf(things.cameras.map(({ at }) => at))?.join(",");
  useEffect(() => {
    const [west, south, east, north] = whole?.split(",").map(Number) ?? [];
    if (!map || west === undefined || south === undefined) return;
    if (east === undefined || north === undefined) return;
    const left = map.getContainer().clientWidth > PHONE_PX ? RAIL_PX + MARGIN_PX : MARGIN_PX;
    const padding = { left, top: MARGIN_PX, right: MARGIN_PX, bottom: MARGIN_PX };
    const how = { padding, maxZoom: WHOLE_ZOOM, animate: false };
    map.fitBounds([west, south, east, north], how);
  }, [map, whole]);

  const at = place && `${place.lon},${place.lat},${place.zoom}`;
  useEffect(() => {
    const { place: asked } = newest.current;
    if (!map || !asked || samePlace(whereIs(map), asked)) return;
    map.jumpTo({ center: [asked.lon, asked.lat], zoom: asked.zoom });
  }, [map, at]);

  useEffect(() => (map ? listen(map, () => newest.current) : undefined), [map]);

  return <div ref={box} className={classes.map} />;
}

function open(container: HTMLElement, { city, place, label }: SceneProps): MapLibre {
  const map = new MapLibre({
    container,
    style: city.style ? undefined : groundStyle(city, readInk()),
    center: place ? [place.lon, place.lat] : [0, 0],
    zoom: place?.zoom ?? 1,
    maxZoom: MAX_ZOOM,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: city.attribution ? { customAttribution: city.attribution } : false,
    fadeDuration: 0,
    locale: { "Map.Title": label },
  });
  if (city.style) {
    // Its labels, too, are drawn by the browser: ours could not be by its `glyphs`.
    map.setStyle(city.style, { transformStyle: (_, { glyphs: _glyphs, ...style }) => style });
  }
  busy(map, true);
  map.touchZoomRotate.disableRotation();
  map.addControl(new ScaleControl(), "bottom-left");
  // While the map has the focus, these keys are its own and not the page's.
  container.addEventListener("keydown", (event) => {
    if ("+=-".includes(event.key)) event.stopPropagation();
  });
  return map;
}

function addOurs(map: MapLibre): void {
  const ink = readInk();
  for (const [name, icon] of drawIcons(ink)) {
    const picture = icon.getContext("2d")?.getImageData(0, 0, icon.width, icon.height);
    if (picture) map.addImage(name, picture, { pixelRatio: RATIO });
  }
  for (const [id, source] of Object.entries(sources)) map.addSource(id, source);
  for (const layer of layers(ink)) map.addLayer(layer);
}

function put(map: MapLibre, source: string, data: GeoJSON.FeatureCollection): void {
  busy(map, true);
  map.getSource<GeoJSONSource>(source)?.setData(data);
}

function busy(map: MapLibre, is: boolean): void {
  map.getCanvas().setAttribute("aria-busy", String(is));
}

function whereIs(map: MapLibre): Place {
  const { lng, lat } = map.getCenter();
  return { lon: lng, lat, zoom: map.getZoom() };
}

/** Tells the page what the reader does, and draws the meridians of where that leads. */
function listen(map: MapLibre, props: () => SceneProps): () => void {
  function drawGraticule(): void {
    const { tiles, style } = props().city;
    const [[west, south], [east, north]] = map.getBounds().toArray();
    // As much again around it, so that no line ends in sight while the map is dragged.
    const [x, y] = [(east - west) / 2, (north - south) / 2];
    const lines = tiles || style ? [] : graticule([west - x, south - y, east + x, north + y]);
    put(map, "graticule", lineFeatures(lines));
  }
  function onMoved(event: { originalEvent?: unknown; asked?: boolean }): void {
    drawGraticule();
    // Only what the reader did changes the address; fitting everything does not.
    if (event.originalEvent || event.asked || props().place) props().onPlace(whereIs(map));
  }
  const onIdle = () => busy(map, false);
  map.on("moveend", onMoved);
  map.on("resize", drawGraticule);
  map.on("idle", onIdle);
  map.on("click", (event) => void choose(map, event.point, props));
  map.on("mousemove", (event) => {
    map.getCanvas().style.cursor = under(map, event.point) ? "pointer" : "";
  });
  drawGraticule();
  return () => {
    map.off("moveend", onMoved);
    map.off("resize", drawGraticule);
    map.off("idle", onIdle);
  };
}

function under(map: MapLibre, { x, y }: { x: number; y: number }) {
  for (const px of TOUCH_PX) {
    const around: [PointLike, PointLike] = [
      [x - px, y - px],
      [x + px, y + px],
    ];
    const found = map.queryRenderedFeatures(around, { layers: TOUCHED });
    const layer = TOUCHED.find((each) => found.some((feature) => feature.layer.id === each));
    if (layer) return found.find((feature) => feature.layer.id === layer);
  }
  return undefined;
}

/** One thing is chosen; many come nearer, and events at one place choose their camera. */
async function choose(
  map: MapLibre,
  at: { x: number; y: number },
  props: () => SceneProps,
): Promise<void> {
  const found = under(map, at);
  if (!found) return props().onChoose({});
  const { id, cluster_id } = found.properties;
  if (cluster_id === undefined) return props().onChoose(chosen(found.layer.source, String(id)));
  const source = map.getSource<GeoJSONSource>(String(found.layer.source));
  if (!source || found.geometry.type !== "Point") return;
  const [lon = 0, lat = 0] = found.geometry.coordinates;
  const { zoom, camera } = await inside(source, Number(cluster_id), map.getZoom());
  if (camera && zoom >= ONE_PLACE_ZOOM) props().onChoose({ camera });
  else props().onPlace({ lon, lat, zoom });
}

/** From where on a cluster falls apart, and the camera of its first event. */
async function inside(source: GeoJSONSource, cluster: number, now: number) {
  try {
    const zoom = await source.getClusterExpansionZoom(cluster);
    const [first] = await source.getClusterLeaves(cluster, 1, 0);
    const camera: unknown = first?.properties?.camera;
    return { zoom, camera: typeof camera === "string" ? camera : undefined };
  } catch {
    // New data came between the click and the answer, and this cluster is no more.
    return { zoom: now + 1, camera: undefined };
  }
}

function chosen(source: unknown, id: string): Chosen {
  if (source === "events") return { event: id };
  return source === "incidents" ? { incident: id } : { camera: id };
}
