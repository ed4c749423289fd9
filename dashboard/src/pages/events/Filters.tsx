import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import type { EventFilters } from "../../api/events";
import { scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import classes from "./Filters.module.css";

export function Filters(props: {
  filters: EventFilters;
  onChange: (filters: EventFilters) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { filters, onChange } = props;
  const cameras = useQuery(camerasQuery).data ?? [];
  const scenarios = useQuery(scenariosQuery).data ?? [];

  return (
    <div className={classes.filters}>
      <Select
        size="xs"
        aria-label={t("events.camera")}
        placeholder={t("events.allCameras")}
        data={cameras.map((camera) => ({ value: camera.id, label: camera.name }))}
        value={filters.camera_id ?? null}
        onChange={(value) => onChange({ ...filters, camera_id: value ?? undefined })}
        clearable
        searchable
      />
      <Select
        size="xs"
        aria-label={t("events.scenario")}
        placeholder={t("events.allScenarios")}
        data={scenarios.map((scenario) => ({
          value: scenario.id,
          label: inLanguage(language, scenario.title_zh, scenario.title_en),
        }))}
        value={filters.scenario ?? null}
        onChange={(value) => onChange({ ...filters, scenario: value ?? undefined })}
        clearable
      />
      <Select
        size="xs"
        aria-label={t("events.lifeCycle")}
        placeholder={t("events.anyLifeCycle")}
        data={(["open", "ended"] as const).map((value) => ({
          value,
          label: t(`lifeCycle.${value}`),
        }))}
        value={filters.life_cycle ?? null}
        onChange={(value) => onChange({ ...filters, life_cycle: value ?? undefined })}
        clearable
      />
    </div>
  );
}
