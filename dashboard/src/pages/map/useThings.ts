import { useMemo } from "react";
import type { Camera } from "../../api/cameras";
import type { EventPlace, Incident } from "../../api/map";
import { placeCameras, placeEvents, placeIncidents, type Things } from "./features";
import { cone } from "./geometry";

const NONE: never[] = [];

/** What is known, where it is; of one division where one is asked for. */
export function useThings(
  cameras: Camera[] = NONE,
  events: EventPlace[] = NONE,
  incidents: Incident[] = NONE,
  division?: string,
): Things & { cones: number; placed: number } {
  const placed = useMemo(() => placeCameras(cameras), [cameras]);
  const here = useMemo(
    () => placed.filter(({ camera }) => within(camera.spec.division, division)),
    [placed, division],
  );
  const seen = useMemo(() => placeEvents(events, placed), [events, placed]);
  const matters = useMemo(
    () => placeIncidents(incidents.filter((incident) => within(incident.division, division))),
    [incidents, division],
  );
  return useMemo(
    () => ({
      cameras: here,
      events: seen,
      incidents: matters,
      cones: here.filter(({ camera, at }) => cone(at, camera.spec)).length,
      placed: placed.length,
    }),
    [here, seen, matters, placed],
  );
}

function within(division: string | null, of: string | undefined): boolean {
  return !of || division === of || (division ?? "").startsWith(`${of}/`);
}
