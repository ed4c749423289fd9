import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { incidentQuery } from "../../api/incidents";
import { clock } from "../../i18n/time";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { severityTone } from "../../meaning/severityTone";
import { EventRow } from "../../parts/EventRow";
import { Facts } from "../../parts/Facts";
import { Mark } from "../../parts/Mark";
import { ProblemNote } from "../../parts/ProblemNote";
import { Waiting } from "../../parts/Waiting";
import type { Chosen } from "./scene";

export function ChosenIncident(props: { id: string; onChoose: (chosen: Chosen) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: incident, error, refetch } = useQuery(incidentQuery(props.id));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!incident) return <Waiting />;
  return (
    <>
      <h2>{inLanguage(language, incident.scenario_title_zh, incident.scenario_title_en)}</h2>
      <Facts
        facts={[
          [
            t("fact.severity"),
            <Mark key="severity" tone={severityTone(incident.severity)}>
              {t(`severity.${incident.severity}`)}
            </Mark>,
          ],
          [t("map.state"), t(incident.state === "open" ? "map.open" : "map.quiet")],
          [t("map.division"), incident.division],
          [t("map.seenBy"), t("map.cameras", { count: incident.camera_ids.length })],
          [t("fact.opened"), clock(language, incident.opened_at)],
          [t("map.lastSeen"), clock(language, incident.last_seen_at)],
        ]}
      />
      <h3>{t("map.events", { count: incident.events })}</h3>
      {incident.newest_events.map((event) => (
        <EventRow
          key={event.id}
          event={event}
          chosen={false}
          onChoose={(id) => props.onChoose({ event: id })}
        />
      ))}
    </>
  );
}
