import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { deploymentsQuery } from "../../api/deployments";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Panel } from "../../parts/Panel";
import { Rows } from "../../parts/Rows";
import { Waiting } from "../../parts/Waiting";
import { DeploymentMark } from "../deployments/DeploymentMark";
import { useDeploymentName } from "../algorithms/useDeploymentName";
import "../deployments/words";

/** What is at work: every deployment, or those of one scenario. */
export function DeploymentsPanel(props: { scenario?: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const deployments = useQuery(deploymentsQuery);
  const nameOf = useDeploymentName();
  const shown = deployments.data?.filter(
    ({ spec }) => !props.scenario || spec.scenario === props.scenario,
  );

  return (
    <Panel title={t("deployments.title")}>
      {deployments.isPending && !deployments.error && <Waiting height={80} />}
      {shown?.length === 0 && <span>{t("deployments.none")}</span>}
      {shown && shown.length > 0 && (
        <Rows
          label={t("deployments.title")}
          minWidth={520}
          columns={[
            { head: t("deployments.deployment") },
            { head: t("deployments.stateHead") },
            { head: t("deployments.cameras"), number: true },
            { head: t("deployments.revision"), number: true },
            { head: t("deployments.changed"), number: true },
          ]}
          rows={shown.map((deployment) => ({
            key: deployment.id,
            cells: [
              <Link key="link" to="/deployments/$id" params={{ id: deployment.id }}>
                {nameOf(deployment)}
              </Link>,
              <DeploymentMark key="state" deployment={deployment} />,
              deployment.camera_ids.length,
              deployment.revision,
              clock(language, deployment.updated_at),
            ],
          }))}
        />
      )}
    </Panel>
  );
}
