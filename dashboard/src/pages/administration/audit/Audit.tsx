import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type AuditFilters as Filters, auditQuery } from "../../../api/access";
import { Empty } from "../../../parts/Empty";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Waiting } from "../../../parts/Waiting";
import { AuditFilters } from "./AuditFilters";
import { AuditTable } from "./AuditTable";
import { Verify } from "./Verify";

/** Who changed or opened what, newest first, and whether the record of it is whole. */
export function Audit() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/administration" });
  const { actor, action, since, until } = useSearch({ from: "/inside/administration" });
  const filters = { actor, action, since, until };
  const records = useInfiniteQuery(auditQuery(filters));
  const items = records.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Object.values(filters).some((value) => value !== undefined);
  const choose = (next: Filters) => void navigate({ search: { tab: "audit", ...next } });

  return (
    <Panel title={t("administration.tab.audit")} actions={<Verify />}>
      <Stack gap="sm">
        <AuditFilters filters={filters} onChange={choose} />
        <ProblemNote error={records.error} onRetry={() => void records.refetch()} />
        {records.isPending && !records.error && <Waiting />}
        {records.data && items.length === 0 && (
          <Empty text={t(`administration.audit.${filtered ? "filteredOut" : "none"}`)}>
            {filtered && (
              <Button variant="default" onClick={() => choose({})}>
                {t("administration.clear")}
              </Button>
            )}
          </Empty>
        )}
        {items.length > 0 && <AuditTable records={items} />}
        {records.hasNextPage && (
          <Button
            variant="default"
            loading={records.isFetchingNextPage}
            onClick={() => void records.fetchNextPage()}
          >
            {t("administration.audit.older")}
          </Button>
        )}
      </Stack>
    </Panel>
  );
}
