import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Scenario, scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";

/** Chooses a scenario; one that lacks its algorithm can be seen but not taken. */
export function ScenarioSelect(props: {
  value: string | null;
  onChange: (value: string | null) => void;
  description?: string;
  placeholder?: string;
  clearable?: boolean;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const scenarios = useQuery(scenariosQuery).data ?? [];

  function label({ status, missing, title_zh, title_en }: Scenario): string {
    const title = inLanguage(language, title_zh, title_en);
    if (status === "ready") return title;
    return `${title} (${t("deployment.notReady", { missing: missing.join(", ") })})`;
  }

  return (
    <Select
      label={t("deployment.scenario")}
      description={props.description}
      placeholder={props.placeholder ?? t("deployment.choose")}
      data={scenarios.map((scenario) => ({
        value: scenario.id,
        label: label(scenario),
        disabled: scenario.status !== "ready",
      }))}
      value={props.value}
      onChange={props.onChange}
      clearable={props.clearable}
      allowDeselect={false}
    />
  );
}
