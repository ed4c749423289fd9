import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { challengesQuery } from "../api/challenges";
import { scenariosQuery } from "../api/scenarios";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { useKeys } from "../keys/useKeys";
import { severityTone } from "../meaning/severityTone";
import { Empty } from "../parts/Empty";
import { Facts } from "../parts/Facts";
import { Mark } from "../parts/Mark";
import { Panel } from "../parts/Panel";
import { ProblemNote } from "../parts/ProblemNote";
import { useMay } from "../parts/useMay";
import { useQueryIfMay } from "../parts/useQueryIfMay";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import classes from "./CameraPage.module.css";
import { Algorithms } from "./scenarios/Algorithms";
import { DeploymentsPanel } from "./scenarios/DeploymentsPanel";
import { Readiness } from "./scenarios/Readiness";
import { RuleWords } from "./scenarios/RuleWords";
import "./scenarios/words";

/** One scenario: what it needs, what its rule says, where it is at work. */
export function ScenarioPage() {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const { id } = useParams({ from: "/inside/scenarios/$id" });
  const scenarios = useQuery(scenariosQuery);
  const challenge = useQueryIfMay("algorithms.read", challengesQuery).data?.find((one) => one.scenario === id);
  const scenario = scenarios.data?.find((one) => one.id === id);
  const may = useMay();
  const deployable = scenario?.status === "ready" && may("deployments.write");
  const deploy = () => void navigate({ to: "/deployments/new", search: { scenario: id } });
  useKeys([{ press: "n", word: "scenarios.new", run: deploy }], deployable);

  if (scenarios.data && !scenario) {
    return (
      <Empty text={t("scenarios.notFound")}>
        <Link to="/scenarios">{t("nav.scenarios")}</Link>
      </Empty>
    );
  }

  return (
    <Page
      title={scenario ? inLanguage(language, scenario.title_zh, scenario.title_en) : " "}
      actions={deployable && <Button onClick={deploy}>{t("scenarios.deploy")}</Button>}
    >
      <ProblemNote error={scenarios.error} onRetry={() => void scenarios.refetch()} />
      {scenarios.isPending && !scenarios.error && <Waiting height={400} />}
      {scenario && (
        <div className={classes.columns}>
          <Stack gap="sm" miw={0}>
            <Panel title={t("scenarios.what")}>
              <Text mb="sm">
                {inLanguage(language, scenario.description_zh, scenario.description_en)}
              </Text>
              <Facts
                facts={[
                  [
                    t("scenarios.domain"),
                    inLanguage(language, scenario.domain.title_zh, scenario.domain.title_en),
                  ],
                  [
                    t("scenarios.severity"),
                    <Mark key="severity" tone={severityTone(scenario.severity)}>
                      {t(`severity.${scenario.severity}`, scenario.severity)}
                    </Mark>,
                  ],
                  [
                    t("scenarios.readiness"),
                    <Readiness key="ready" scenario={scenario} challenge={challenge} />,
                  ],
                  [
                    t("scenarios.algorithms"),
                    <Algorithms key="algorithms" wanted={scenario.wanted} />,
                  ],
                ]}
              />
            </Panel>
            {may("deployments.read") && <DeploymentsPanel scenario={id} />}
          </Stack>
          <Stack gap="sm" miw={0}>
            <Panel title={t("scenarios.needs")}>
              <Facts
                facts={[
                  [
                    t("scenarios.view"),
                    inLanguage(language, scenario.camera.view_zh, scenario.camera.view_en),
                  ],
                  [t("scenarios.targetPx"), `${scenario.camera.target_px} px`],
                  [t("scenarios.cameraFps"), String(scenario.camera.fps)],
                ]}
              />
            </Panel>
            <Panel title={t("scenarios.ruleTitle")}>
              <RuleWords scenario={scenario} />
            </Panel>
          </Stack>
        </div>
      )}
    </Page>
  );
}
