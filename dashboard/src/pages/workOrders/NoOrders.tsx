import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { OrderFilters } from "../../api/workOrders";
import { Empty } from "../../parts/Empty";

/** None at all is not the same as none that match. */
export function NoOrders(props: { filters: OrderFilters }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/work-orders" });
  if (!props.filters.unit && !props.filters.division) return <Empty text={t("workOrders.empty")} />;
  return (
    <Empty text={t("workOrders.filteredOut")}>
      <Button variant="default" onClick={() => void navigate({ search: {} })}>
        {t("workOrders.clear")}
      </Button>
    </Empty>
  );
}
