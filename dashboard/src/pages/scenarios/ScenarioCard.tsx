import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Challenge } from "../../api/challenges";
import type { Scenario } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { severityTone } from "../../meaning/severityTone";
import { Mark } from "../../parts/Mark";
import { useMay } from "../../parts/useMay";
import { Algorithms } from "./Algorithms";
import classes from "./Catalogue.module.css";
import type { Deployed } from "./deployed";
import { Readiness } from "./Readiness";

/** One scenario of the catalogue: what it is, whether it can run, where it does. */
export function ScenarioCard(props: {
  scenario: Scenario;
  deployed?: Deployed;
  challenge?: Challenge;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const { scenario, deployed, challenge } = props;
  const { id, severity } = scenario;
  return (
    <li className={classes.card} data-scenario={id}>
      <h3>
        <Link to="/scenarios/$id" params={{ id }}>
          {inLanguage(language, scenario.title_zh, scenario.title_en)}
        </Link>
        <Mark tone={severityTone(severity)}>{t(`severity.${severity}`, severity)}</Mark>
      </h3>
      <p>{inLanguage(language, scenario.description_zh, scenario.description_en)}</p>
      <Algorithms wanted={scenario.wanted} />
      <Readiness scenario={scenario} challenge={challenge} />
      <div className={classes.foot}>
        <span>
          {deployed && [
            t("scenarios.deployments", { count: deployed.deployments }),
            t("scenarios.cameras", { count: deployed.cameras }),
          ].join(" · ")}
          {!deployed && may("deployments.read") && t("scenarios.notDeployed")}
        </span>
        {scenario.status === "ready" && may("deployments.write") && (
          <Link to="/deployments/new" search={{ scenario: id }}>
            {t("scenarios.deploy")} →
          </Link>
        )}
      </div>
    </li>
  );
}
