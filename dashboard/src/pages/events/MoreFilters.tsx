import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import type { EventFilters } from "../../api/events";
import { scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { divisionsOf } from "../../parts/divisions";
import { MomentInput } from "../../parts/MomentInput";

const SEVERITIES = ["critical", "major", "notice"] as const;
const VERDICTS = ["unreviewed", "confirmed", "false_alarm", "duplicate_of", "unsure"] as const;
const LIFE_CYCLES = ["open", "ended"] as const;

/** Place, scenario, severity, verdict, life cycle and time. */
export function MoreFilters(props: {
  filters: EventFilters;
  onChange: (filters: EventFilters) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { filters, onChange } = props;
  const cameras = useQuery(camerasQuery).data ?? [];
  const scenarios = useQuery(scenariosQuery).data ?? [];
  const options = (words: readonly string[], group: string) =>
    words.map((value) => ({ value, label: t(`${group}.${value}`) }));

  const selects: {
    key: "division" | "camera_id" | "scenario" | "severity" | "verdict" | "life_cycle";
    label: string;
    any: string;
    data: (string | { value: string; label: string })[];
  }[] = [
    {
      key: "division",
      label: t("review.division"),
      any: t("review.anyDivision"),
      data: divisionsOf(cameras.map((camera) => camera.spec.division)),
    },
    {
      key: "camera_id",
      label: t("events.camera"),
      any: t("events.allCameras"),
      data: cameras.map((camera) => ({ value: camera.id, label: camera.name })),
    },
    {
      key: "scenario",
      label: t("events.scenario"),
      any: t("events.allScenarios"),
      data: scenarios.map((scenario) => ({
        value: scenario.id,
        label: inLanguage(language, scenario.title_zh, scenario.title_en),
      })),
    },
    {
      key: "severity",
      label: t("review.severity"),
      any: t("review.anySeverity"),
      data: options(SEVERITIES, "severity"),
    },
    {
      key: "verdict",
      label: t("review.verdictOf"),
      any: t("review.anyVerdict"),
      data: options(VERDICTS, "verdict"),
    },
    {
      key: "life_cycle",
      label: t("events.lifeCycle"),
      any: t("events.anyLifeCycle"),
      data: options(LIFE_CYCLES, "lifeCycle"),
    },
  ];

  return (
    <>
      {selects.map(({ key, label, any, data }) => (
        <Select
          key={key}
          size="xs"
          aria-label={label}
          placeholder={any}
          data={data}
          value={filters[key] ?? null}
          onChange={(value) => onChange({ ...filters, [key]: value ?? undefined })}
          clearable
          searchable
        />
      ))}
      {(["since", "until"] as const).map((key) => (
        <MomentInput
          key={key}
          size="xs"
          label={t(`review.${key}`)}
          value={filters[key]}
          onChange={(moment) => onChange({ ...filters, [key]: moment })}
        />
      ))}
    </>
  );
}
