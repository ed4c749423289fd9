import { Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import { divisionsOf, within } from "./divisions";
import { type KpiSearch, RANGES } from "./search";

export function KpiFilters(props: {
  search: KpiSearch;
  days: number;
  onChange: (search: KpiSearch) => void;
}) {
  const { t } = useTranslation();
  const { search, days, onChange } = props;
  const cameras = useQuery(camerasQuery).data ?? [];
  const divisions = divisionsOf(cameras.map(({ spec }) => spec.division));
  if (search.division && !divisions.includes(search.division)) divisions.push(search.division);
  const here = cameras.filter(({ spec }) => within(spec.division, search.division));

  return (
    <Group gap="sm">
      <Select
        size="xs"
        w={104}
        aria-label={t("kpi.range")}
        allowDeselect={false}
        data={RANGES.map((n) => ({ value: String(n), label: t("kpi.days", { count: n }) }))}
        value={String(days)}
        onChange={(value) =>
          onChange({ ...search, days: RANGES.find((n) => String(n) === value), split: undefined })
        }
      />
      <Select
        size="xs"
        w={176}
        aria-label={t("kpi.division")}
        placeholder={t("kpi.allDivisions")}
        data={divisions}
        value={search.division ?? null}
        onChange={(value) =>
          onChange({ ...search, division: value ?? undefined, camera_id: undefined })
        }
        clearable
        searchable
      />
      <Select
        size="xs"
        w={216}
        aria-label={t("kpi.camera")}
        placeholder={t("kpi.allCameras")}
        data={here.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.camera_id ?? null}
        onChange={(value) => onChange({ ...search, camera_id: value ?? undefined })}
        clearable
        searchable
      />
    </Group>
  );
}
