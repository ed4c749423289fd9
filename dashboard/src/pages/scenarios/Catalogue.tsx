import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { challengesQuery } from "../../api/challenges";
import { deploymentsQuery } from "../../api/deployments";
import { type Scenario, scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { useKeys } from "../../keys/useKeys";
import { Empty } from "../../parts/Empty";
import { ProblemNote } from "../../parts/ProblemNote";
import { useQueryIfMay } from "../../parts/useQueryIfMay";
import { Waiting } from "../../parts/Waiting";
import classes from "./Catalogue.module.css";
import { deployedBy } from "./deployed";
import { matches } from "./matches";
import { ScenarioCard } from "./ScenarioCard";
import { ScenarioFilters } from "./ScenarioFilters";
import type { ScenariosSearch } from "./search";

/** Every scenario, by field of city work. */
export function Catalogue(props: {
  search: ScenariosSearch;
  onChange: (search: ScenariosSearch) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = useRef<HTMLInputElement>(null);
  const scenarios = useQuery(scenariosQuery);
  const deployments = useQueryIfMay("deployments.read", deploymentsQuery);
  const challenges = useQueryIfMay("algorithms.read", challengesQuery).data;
  const deployed = useMemo(() => deployedBy(deployments.data ?? []), [deployments.data]);
  const shown = (scenarios.data ?? []).filter((scenario) => matches(scenario, props.search));
  useKeys([{ press: "/", word: "scenarios.search", run: () => words.current?.focus() }]);

  return (
    <Stack gap="lg">
      <ScenarioFilters
        ref={words}
        search={props.search}
        scenarios={scenarios.data ?? []}
        shown={shown.length}
        onChange={props.onChange}
      />
      <ProblemNote
        error={scenarios.error ?? deployments.error}
        onRetry={() => void Promise.all([scenarios.refetch(), deployments.refetch()])}
      />
      {scenarios.isPending && !scenarios.error && <Waiting height={480} />}
      {scenarios.data && shown.length === 0 && (
        <Empty text={t("scenarios.filteredOut")}>
          <Link to="/scenarios" search={{}}>
            {t("scenarios.clear")}
          </Link>
        </Empty>
      )}
      {byDomain(shown).map(([domain, here]) => (
        <section key={domain.id} aria-labelledby={domain.id}>
          <h2 id={domain.id} className={classes.domain}>
            {inLanguage(language, domain.title_zh, domain.title_en)}
            <span>{t("scenarios.count", { count: here.length })}</span>
          </h2>
          <ul className={classes.cards}>
            {here.map((scenario) => (
              <ScenarioCard
                key={scenario.id}
                scenario={scenario}
                deployed={deployed.get(scenario.id)}
                challenge={challenges?.find((one) => one.scenario === scenario.id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </Stack>
  );
}

/** In the order of the catalogue. */
function byDomain(scenarios: Scenario[]): [Scenario["domain"], Scenario[]][] {
  const found = new Map<string, [Scenario["domain"], Scenario[]]>();
  for (const scenario of scenarios) {
    const known = found.get(scenario.domain.id);
    if (known) known[1].push(scenario);
    else found.set(scenario.domain.id, [scenario.domain, [scenario]]);
  }
  return [...found.values()];
}
