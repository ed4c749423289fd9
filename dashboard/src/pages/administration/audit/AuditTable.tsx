import { Code } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AuditRecord } from "../../../api/access";
import { clock } from "../../../i18n/time";
import { useLanguage } from "../../../i18n/useLanguage";
import { Rows } from "../../../parts/Rows";
import { Detail } from "./Detail";

export function AuditTable(props: { records: AuditRecord[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Rows
      label={t("administration.tab.audit")}
      minWidth={900}
      columns={[
        { head: t("administration.audit.number"), number: true },
        { head: t("administration.audit.at") },
        { head: t("administration.audit.actor") },
        { head: t("administration.audit.action") },
        { head: t("administration.audit.thing") },
        { head: t("administration.audit.detail") },
        { head: t("administration.audit.address") },
      ]}
      rows={props.records.map((record) => ({
        key: String(record.id),
        cells: [
          record.id,
          clock(language, record.at),
          record.actor,
          record.action,
          <Code key="thing">{record.thing}</Code>,
          <Detail key="detail" detail={record.detail} />,
          record.address,
        ],
      }))}
    />
  );
}
