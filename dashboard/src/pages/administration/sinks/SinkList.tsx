import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Sink, sinksQuery } from "../../../api/sinks";
import { clock } from "../../../i18n/time";
import { useLanguage } from "../../../i18n/useLanguage";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/Mark";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";
import { kindOf } from "./messageTypes";
import { addressOf } from "./receiver";

/** Every sink, and whether it takes what it is told. */
export function SinkList() {
  const { t } = useTranslation();
  const language = useLanguage();
  const sinks = useQuery(sinksQuery);
  const may = useMay()("sinks.write");
  const add = may && (
    <Link to="/administration" search={{ tab: "sinks", open: "new" }}>
      {t("administration.sinks.add")}
    </Link>
  );

  function typesOf({ types }: Sink): string {
    return types
      .map((type) => {
        const kind = kindOf(type);
        return kind ? t(`administration.sinks.messages.${kind}`) : type;
      })
      .join(", ");
  }

  return (
    <Panel title={t("administration.sinks.title")} actions={sinks.data?.length ? add : undefined}>
      <ProblemNote error={sinks.error} onRetry={() => void sinks.refetch()} />
      {sinks.isPending && !sinks.error && <Waiting />}
      {sinks.data?.length === 0 && <Empty text={t("administration.sinks.none")}>{add}</Empty>}
      {sinks.data && sinks.data.length > 0 && (
        <Rows
          label={t("administration.sinks.title")}
          minWidth={760}
          columns={[
            { head: t("administration.sinks.name") },
            { head: t("administration.sinks.address") },
            { head: t("administration.sinks.types") },
            { head: t("administration.sinks.state") },
            { head: t("administration.sinks.waiting"), number: true },
            { head: t("administration.sinks.failed"), number: true },
            { head: t("administration.sinks.lastDelivered"), number: true },
          ]}
          rows={sinks.data.map((sink) => ({
            key: sink.id,
            cells: [
              <Link key="name" to="/administration" search={{ tab: "sinks", open: sink.id }}>
                {sink.name}
              </Link>,
              addressOf(sink.spec),
              typesOf(sink),
              <Mark key="state" tone={sink.enabled ? "good" : "quiet"}>
                {t(`administration.sinks.${sink.enabled ? "on" : "off"}`)}
              </Mark>,
              sink.status.waiting,
              sink.status.failed > 0 ? (
                <Mark key="failed" tone="major">
                  {sink.status.failed}
                </Mark>
              ) : (
                0
              ),
              sink.status.last_delivered_at ? clock(language, sink.status.last_delivered_at) : "–",
            ],
          }))}
        />
      )}
    </Panel>
  );
}
