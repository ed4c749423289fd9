import { Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { algorithmsQuery, aliasesQuery, versionsQuery } from "../../api/algorithms";
import { type Scenario, scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Readiness } from "../scenarios/Readiness";
import type { StepProps } from "./part";
import "../algorithms/words";
import "../scenarios/words";

/** Step 1: what to look for, and with what. */
export function StepScenario({ draft, scenario, problem, onEdit }: StepProps) {
  const { t } = useTranslation();
  const language = useLanguage();
  const scenarios = useQuery(scenariosQuery);

  function option({ id, status, title_zh, title_en }: Scenario) {
    const title = inLanguage(language, title_zh, title_en);
    const ready = status === "ready";
    return {
      value: id,
      label: ready ? title : `${title} · ${t("scenarios.status.open_challenge")}`,
      disabled: !ready,
    };
  }

  const groups = new Map<string, ReturnType<typeof option>[]>();
  for (const each of scenarios.data ?? []) {
    const domain = inLanguage(language, each.domain.title_zh, each.domain.title_en);
    groups.set(domain, [...(groups.get(domain) ?? []), option(each)]);
  }

  return (
    <Panel title={t("deploying.step.1")}>
      <Stack gap="lg" maw={560}>
        <ProblemNote error={scenarios.error} onRetry={() => void scenarios.refetch()} />
        <Select
          label={t("deploying.scenario")}
          placeholder={t("deploying.chooseScenario")}
          data={[...groups].map(([group, items]) => ({ group, items }))}
          value={draft.scenario ?? null}
          onChange={(value) =>
            onEdit({ scenario: value ?? undefined, algorithm: undefined, rule: undefined })
          }
          error={problem?.at("scenario")}
          allowDeselect={false}
          searchable
          required
        />
        {scenario && (
          <Text size="sm">
            {inLanguage(language, scenario.description_zh, scenario.description_en)}{" "}
            <Link to="/scenarios/$id" params={{ id: scenario.id }}>
              {t("deploying.about")} →
            </Link>
          </Text>
        )}
        {scenario?.status === "open_challenge" && <Readiness scenario={scenario} />}
        {scenario && (
          <AlgorithmSelect
            scenario={scenario}
            value={draft.algorithm}
            onChange={(algorithm) => onEdit({ algorithm })}
            error={problem?.at("algorithm")}
          />
        )}
      </Stack>
    </Panel>
  );
}

/** The scenario's own algorithm by its alias or a version, or another. */
function AlgorithmSelect(props: {
  scenario: Scenario;
  value: string | undefined;
  onChange: (algorithm: string | undefined) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const own = props.scenario.wanted[0];
  const name = own?.name ?? "";
  const algorithms = useQuery(algorithmsQuery).data ?? [];
  const known = algorithms.some((one) => one.name === name);
  const versions = useQuery({ ...versionsQuery(name), enabled: known }).data ?? [];
  const aliases = useQuery({ ...aliasesQuery(name), enabled: known }).data ?? [];
  const usual = own?.version ? `${name} ${own.version}` : name;
  const data = [
    {
      group: t("deploying.own"),
      items: [
        ...aliases.map(({ alias, version }) => ({
          value: `${name}:${alias}`,
          label: `${t(`algorithms.alias.${alias}`, alias)} · ${version}`,
        })),
        ...versions
          .filter(({ state }) => state === "approved")
          .map(({ version }) => ({
            value: `${name}@${version}`,
            label: t("deploying.version", { version }),
          })),
      ],
    },
    {
      group: t("deploying.others"),
      items: algorithms
        .filter((one) => one.name !== name)
        .map((one) => ({
          value: one.name,
          label: `${inLanguage(language, one.title_zh, one.title_en)} · ${one.name}`,
        })),
    },
  ];

  return (
    <Select
      label={t("deploying.algorithm")}
      description={t("deploying.algorithmHint")}
      placeholder={t("deploying.usual", { name: usual })}
      data={data.filter(({ items }) => items.length > 0)}
      value={props.value ?? null}
      onChange={(value) => props.onChange(value ?? undefined)}
      error={props.error}
      clearable
      searchable
    />
  );
}
