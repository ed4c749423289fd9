import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { EventFilters } from "../../api/events";
import { Empty } from "../../parts/Empty";

/** None at all is not the same as none that match. */
export function NoEvents(props: { filters: EventFilters }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/events" });
  const filtered = Object.values(props.filters).some((value) => value !== undefined);
  if (!filtered) return <Empty text={t("events.none")} />;
  return (
    <Empty text={t("events.filteredOut")}>
      <Button variant="default" onClick={() => void navigate({ search: {} })}>
        {t("events.clearFilters")}
      </Button>
    </Empty>
  );
}
