import { useQuery } from "@tanstack/react-query";
import { camerasQuery } from "../../api/cameras";
import { type Deployment, deploymentsQuery } from "../../api/deployments";
import { scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { useQueryIfMay } from "../../parts/useQueryIfMay";

/** Deployments have no names: the scenario, and the first of its cameras. */
export function useDeploymentName(): (deployment: Deployment) => string {
  const language = useLanguage();
  const scenarios = useQuery(scenariosQuery).data ?? [];
  const cameras = useQueryIfMay("cameras.read", camerasQuery).data ?? [];
  return ({ spec, camera_ids }) => {
    const scenario = scenarios.find(({ id }) => id === spec.scenario);
    const title = scenario
      ? inLanguage(language, scenario.title_zh, scenario.title_en)
      : spec.scenario;
    const first = cameras.find(({ id }) => id === camera_ids[0])?.name;
    const more = camera_ids.length > 1 ? ` +${camera_ids.length - 1}` : "";
    return first ? `${title} · ${first}${more}` : title;
  };
}

/** The name of one by its id; the id itself where the deployment is gone. */
export function useNameOfDeployment(id: string): string {
  const nameOf = useDeploymentName();
  const deployment = useQueryIfMay("deployments.read", deploymentsQuery).data?.find((one) => one.id === id);
  return deployment ? nameOf(deployment) : id;
}
