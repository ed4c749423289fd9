import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import type { Deployment } from "../../api/deployments";
import { Mark } from "../../parts/Mark";
import { STATE_TONES, stateOf } from "./stateOf";

/** How a deployment does, with how many of its cameras are online. */
export function DeploymentMark(props: { deployment: Deployment }) {
  const { t } = useTranslation();
  const cameras = useQuery(camerasQuery).data;
  if (!cameras) return null;
  const { camera_ids } = props.deployment;
  const online = cameras.filter(({ id, status }) => camera_ids.includes(id) && status.state === "online");
  const state = stateOf(props.deployment, cameras);
  return (
    <Mark tone={STATE_TONES[state]}>
      {t(`deployments.state.${state}`, { online: online.length, all: camera_ids.length })}
    </Mark>
  );
}
