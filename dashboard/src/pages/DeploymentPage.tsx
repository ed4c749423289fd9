import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../api/cameras";
import { deploymentQuery, revisionsQuery } from "../api/deployments";
import { Problem } from "../api/problem";
import { scenariosQuery } from "../api/scenarios";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Mark } from "../parts/Mark";
import { Panel } from "../parts/Panel";
import { ProblemNote } from "../parts/ProblemNote";
import { StateMark } from "../parts/StateMark";
import { useMay } from "../parts/useMay";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import { useDeploymentName } from "./algorithms/useDeploymentName";
import classes from "./CameraPage.module.css";
import { Actions } from "./deployments/Actions";
import { Compare } from "./deployments/Compare";
import { DeploymentMark } from "./deployments/DeploymentMark";
import { LatestEvents } from "./deployments/LatestEvents";
import { Revisions } from "./deployments/Revisions";
import { useSpecWords } from "./deployments/useSpecWords";
import "./deployments/words";

/** One deployment: how it does, what it was and is, and what a change of it changes. */
export function DeploymentPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate({ from: "/deployments/$id" });
  const { id } = useParams({ from: "/inside/deployments/$id" });
  const { replay } = useSearch({ from: "/inside/deployments/$id" });
  const query = useQuery(deploymentQuery(id));
  const revisions = useQuery(revisionsQuery(id));
  const cameras = useQuery(camerasQuery).data ?? [];
  const changes = useMay()("deployments.write");
  const deployment = query.data;
  const scenario = useQuery(scenariosQuery).data?.find(
    (one) => one.id === deployment?.spec.scenario,
  );
  const nameOf = useDeploymentName();
  const words = useSpecWords(scenario, cameras);

  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Empty text={t("deployments.notFound")}>
        <Link to="/scenarios" search={{ tab: "deployments" }}>
          {t("deployments.title")}
        </Link>
      </Empty>
    );
  }

  return (
    <Page
      title={deployment ? nameOf(deployment) : " "}
      actions={changes && deployment && <Actions deployment={deployment} />}
    >
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && !query.error && <Waiting height={400} />}
      {deployment && (
        <div className={classes.columns}>
          <Stack gap="sm" miw={0}>
            <LatestEvents deployment={deployment} />
            <Panel title={t("deployments.revisions")}>
              <ProblemNote error={revisions.error} onRetry={() => void revisions.refetch()} />
              <Revisions revisions={revisions.data ?? []} words={words} />
            </Panel>
            {changes && (
              <Compare
                deployment={deployment}
                revisions={revisions.data ?? []}
                cameras={cameras.filter((camera) => deployment.camera_ids.includes(camera.id))}
                replayId={replay}
                onReplay={(next) => void navigate({ search: { replay: next }, replace: true })}
              />
            )}
          </Stack>
          <Stack gap="sm" miw={0}>
            <Panel title={t("deployments.now")}>
              <Facts
                facts={[
                  [
                    t("deployments.stateHead"),
                    <DeploymentMark key="state" deployment={deployment} />,
                  ],
                  [
                    t("deployments.problem"),
                    deployment.problem && (
                      <Mark key="problem" tone="major">
                        {deployment.problem}
                      </Mark>
                    ),
                  ],
                  [
                    t("deployments.scenario"),
                    <Link key="scenario" to="/scenarios/$id" params={{ id: deployment.spec.scenario }}>
                      {scenario
                        ? inLanguage(language, scenario.title_zh, scenario.title_en)
                        : deployment.spec.scenario}
                    </Link>,
                  ],
                  ...words.all(deployment.spec),
                ]}
              />
            </Panel>
            <Panel title={t("deployments.camerasOf")}>
              <Facts
                facts={cameras
                  .filter((camera) => deployment.camera_ids.includes(camera.id))
                  .map((camera) => [
                    camera.name,
                    <span key="state">
                      <StateMark state={camera.status.state} />{" "}
                      <Link to="/cameras/$id" params={{ id: camera.id }}>
                        {t("deployments.toCamera")} →
                      </Link>
                    </span>,
                  ])}
              />
            </Panel>
          </Stack>
        </div>
      )}
    </Page>
  );
}
