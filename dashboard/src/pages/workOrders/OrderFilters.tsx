import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import type { OrderFilters as Filters } from "../../api/workOrders";
import { divisionsOf } from "../../parts/divisions";
import { useNames } from "./useNames";

export function OrderFilters(props: { filters: Filters; onChange: (filters: Filters) => void }) {
  const { t } = useTranslation();
  const { filters, onChange } = props;
  const names = useNames();
  const cameras = useQuery(camerasQuery).data ?? [];
  // A filter from the address stays to be seen, whatever the list knows.
  const units = new Set([...names.units.map((unit) => unit.id), filters.unit ?? ""]);
  const places = cameras.map((camera) => camera.spec.division);
  return (
    <>
      <Select
        aria-label={t("workOrders.unit")}
        placeholder={t("workOrders.anyUnit")}
        data={[...units].filter(Boolean).map((id) => ({ value: id, label: names.unit(id) }))}
        value={filters.unit ?? null}
        onChange={(unit) => onChange({ ...filters, unit: unit ?? undefined })}
        clearable
        searchable
      />
      <Select
        aria-label={t("workOrders.division")}
        placeholder={t("workOrders.anyDivision")}
        data={divisionsOf([...places, filters.division])}
        value={filters.division ?? null}
        onChange={(division) => onChange({ ...filters, division: division ?? undefined })}
        clearable
        searchable
      />
    </>
  );
}
