import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { incidentQuery } from "../../api/incidents";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { verdictTone } from "../../meaning/verdictTone";
import { SHAPES } from "../../meaning/tones";
import { useEvidenceUrl } from "../../parts/useEvidenceUrl";
import classes from "./IncidentStrip.module.css";

/** The events of one incident in a line, oldest first; nothing where it has one event only. */
export function IncidentStrip(props: {
  incident: string;
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const evidenceUrl = useEvidenceUrl();
  const incident = useQuery(incidentQuery(props.incident)).data;
  if (!incident || incident.events < 2) return null;
  return (
    <section aria-label={t("review.incident", { count: incident.events })}>
      <h2 className={classes.title}>{t("review.incident", { count: incident.events })}</h2>
      <div className={classes.line}>
        {incident.newest_events.toReversed().map((event) => {
          const picture = evidenceUrl(event, "crop") ?? evidenceUrl(event, "snapshot");
          const when = clock(language, event.opened_at);
          return (
            <button
              key={event.id}
              type="button"
              className={classes.event}
              aria-label={t("review.incidentEvent", { when })}
              aria-current={event.id === props.chosen}
              onClick={() => props.onChoose(event.id)}
            >
              {picture && <img src={picture} alt="" loading="lazy" />}
              <span>
                {event.verdict !== "unreviewed" && SHAPES[verdictTone(event.verdict)]} {when}
              </span>
            </button>
          );
        })}
      </div>
    </section>
  );
}
