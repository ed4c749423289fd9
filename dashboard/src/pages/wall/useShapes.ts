import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { deploymentsQuery, type Shape } from "../../api/deployments";

/** What is drawn for each camera by the scenarios that look through it, by camera id. */
export function useShapes(): Map<string, readonly Shape[]> {
  const deployments = useQuery(deploymentsQuery).data;
  return useMemo(() => {
    const shapes = new Map<string, readonly Shape[]>();
    for (const { camera_ids, spec } of deployments ?? []) {
      if (!spec.enabled) continue;
      for (const id of camera_ids) {
        const drawn = spec.zones_by_camera[id] ?? spec.zones;
        if (drawn.length > 0) shapes.set(id, [...(shapes.get(id) ?? []), ...drawn]);
      }
    }
    return shapes;
  }, [deployments]);
}
