import { Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../../api/cameras";
import { answerQuery, type ListVersion, versionQuery } from "../../../api/responsibility";
import { DEFAULT_SCENARIO, scenariosQuery } from "../../../api/scenarios";
import { inLanguage, useLanguage } from "../../../i18n/useLanguage";
import { divisionsOf } from "../../../parts/divisions";
import { MomentInput } from "../../../parts/MomentInput";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Answer } from "./Answer";

/** What, where and when: who would get it by this version, and by which row. */
export function AskWho(props: { version: ListVersion }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { version } = props;
  const scenarios = useQuery(scenariosQuery).data ?? [];
  const cameras = useQuery(camerasQuery).data ?? [];
  const [scenario, setScenario] = useState(DEFAULT_SCENARIO);
  const [place, setPlace] = useState<string | null>(null);
  const [now] = useState(() => new Date().toISOString());
  const [at = now, setAt] = useState<string>();
  const rules = useQuery(versionQuery(version.id)).data?.rules ?? [];
  const named = rules.map(({ division }) => (division === "*" ? null : division));
  const camera = cameras.find(({ id }) => id === place);
  const division = camera ? camera.spec.division : place;
  const matter = { scenario, division: division ?? undefined, at };
  const answer = useQuery(answerQuery(version.id, matter));

  return (
    <Panel title={t("administration.lists.who")}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t("administration.lists.whoText", { version: version.version, zone: version.time_zone })}
        </Text>
        <Select
          label={t("administration.lists.scenario")}
          data={scenarios.map(({ id, title_zh, title_en }) => ({
            value: id,
            label: inLanguage(language, title_zh, title_en),
          }))}
          value={scenario}
          onChange={(value) => value && setScenario(value)}
          allowDeselect={false}
          searchable
        />
        <Select
          label={t("administration.lists.place")}
          placeholder={t("administration.lists.unknownPlace")}
          data={[
            {
              group: t("administration.lists.divisions"),
              items: divisionsOf([...cameras.map(({ spec }) => spec.division), ...named]),
            },
            {
              group: t("administration.lists.cameras"),
              items: cameras.map(({ id, name }) => ({ value: id, label: name })),
            },
          ]}
          value={place}
          onChange={setPlace}
          clearable
          searchable
        />
        <MomentInput label={t("administration.lists.when")} value={at} onChange={setAt} />
        <ProblemNote error={answer.error} onRetry={() => void answer.refetch()} />
        {answer.data && <Answer answer={answer.data} version={version} />}
      </Stack>
    </Panel>
  );
}
