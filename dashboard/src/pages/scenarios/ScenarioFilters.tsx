import { Group, SegmentedControl, Select, Text, TextInput } from "@mantine/core";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import type { Scenario } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { READINESS, type ScenariosSearch } from "./search";

export function ScenarioFilters(props: {
  ref: Ref<HTMLInputElement>;
  search: ScenariosSearch;
  scenarios: Scenario[];
  shown: number;
  onChange: (search: ScenariosSearch) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { search, scenarios, onChange } = props;
  const domains = new Map(scenarios.map(({ domain }) => [domain.id, domain]));

  return (
    <Group gap="sm" role="search" aria-label={t("scenarios.catalogue")}>
      <TextInput
        ref={props.ref}
        type="search"
        w={220}
        aria-label={t("scenarios.search")}
        placeholder={t("scenarios.search")}
        value={search.text ?? ""}
        onChange={({ currentTarget }) =>
          onChange({ ...search, text: currentTarget.value || undefined })
        }
      />
      <Select
        w={200}
        aria-label={t("scenarios.domain")}
        placeholder={t("scenarios.allDomains")}
        data={[...domains.values()].map(({ id, title_zh, title_en }) => ({
          value: id,
          label: inLanguage(language, title_zh, title_en),
        }))}
        value={search.domain ?? null}
        onChange={(domain) => onChange({ ...search, domain: domain ?? undefined })}
        clearable
      />
      <SegmentedControl
        aria-label={t("scenarios.readiness")}
        data={[
          { value: "", label: t("scenarios.status.all") },
          ...READINESS.map((value) => ({ value: value as string, label: t(`scenarios.status.${value}`) })),
        ]}
        value={search.status ?? ""}
        onChange={(value) =>
          onChange({ ...search, status: READINESS.find((one) => one === value) })
        }
      />
      <Text size="sm" c="dimmed" role="status">
        {t("scenarios.ofAll", { shown: props.shown, all: scenarios.length })}
      </Text>
    </Group>
  );
}
