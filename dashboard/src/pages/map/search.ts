/** The view of the map, as its address says it. */
export const RANGES = [1, 6, 24, 168, 720] as const;
export const LAYERS = ["cameras", "cones", "events", "incidents"] as const;
export const VIEWS = ["map", "city", "list"] as const;

export type Layer = (typeof LAYERS)[number];
export type View = (typeof VIEWS)[number];

export interface MapSearch {
  /** The flat map when left out. */
  view?: View;
  /** 24 when left out. */
  hours?: (typeof RANGES)[number];
  /** RFC 3339; left out: now, and it goes on. */
  until?: string;
  division?: string;
  heat?: boolean;
  /** Layers that are not drawn, with commas. */
  hide?: string;
  /** The middle and the zoom: `114.25,22.72,15`. */
  at?: string;
  camera?: string;
  event?: string;
  incident?: string;
}

export interface Place {
  lon: number;
  lat: number;
  zoom: number;
}

export const MAX_ZOOM = 22;

export function readMapSearch(search: Record<string, unknown>): MapSearch {
  const text = (value: unknown) => (typeof value === "string" && value ? value : undefined);
  const { until } = search;
  const at = text(search.at);
  const hide = hidden(text(search.hide));
  return {
    view: VIEWS.slice(1).find((view) => view === search.view),
    hours: RANGES.find((hours) => hours === Number(search.hours)),
    until: typeof until === "string" && !Number.isNaN(Date.parse(until)) ? until : undefined,
    division: text(search.division) ?? (search.division ? String(search.division) : undefined),
    heat: search.heat === true || undefined,
    hide: hide.length ? hide.join(",") : undefined,
    at: at && readPlace(at) ? at : undefined,
    camera: text(search.camera),
    event: text(search.event),
    incident: text(search.incident),
  };
}

export function hidden(hide: string | undefined): Layer[] {
  const named = hide?.split(",") ?? [];
  return LAYERS.filter((layer) => named.includes(layer));
}

export function readPlace(at: string | undefined): Place | undefined {
  const [lon = NaN, lat = NaN, zoom = NaN] = at?.split(",").map(Number) ?? [];
  const inside = Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= MAX_ZOOM;
  return inside ? { lon, lat, zoom } : undefined;
}

/** Whether two places are one as far as the address tells them apart. */
export function samePlace(a: Place, b: Place): boolean {
  return writePlace(a) === writePlace(b);
}

/** With as many digits as a pixel needs. */
export function writePlace({ lon, lat, zoom }: Place): string {
  return `${Number(lon.toFixed(5))},${Number(lat.toFixed(5))},${Number(zoom.toFixed(2))}`;
}
