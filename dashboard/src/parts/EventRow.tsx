import { useTranslation } from "react-i18next";
import type { Event } from "../api/events";
import { clock } from "../i18n/time";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { severityTone } from "../meaning/severityTone";
import classes from "./EventRow.module.css";
import { Mark } from "./Mark";
import { useEvidenceUrl } from "./useEvidenceUrl";
import { VerdictMark } from "./VerdictMark";

/** One event in a list: what it shows, what it is, where, when. */
export function EventRow(props: { event: Event; chosen: boolean; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { event, chosen, onChoose } = props;
  const evidenceUrl = useEvidenceUrl();
  const thumbnail = evidenceUrl(event, "crop") ?? evidenceUrl(event, "snapshot");

  return (
    <button
      type="button"
      className={classes.row}
      data-event={event.id}
      data-chosen={chosen}
      onClick={() => onChoose(event.id)}
    >
      <span className={classes.thumbnail}>
        {thumbnail && <img src={thumbnail} alt="" loading="lazy" />}
      </span>
      <span className={classes.words}>
        <Mark tone={severityTone(event.severity)}>
          {inLanguage(language, event.scenario_title_zh, event.scenario_title_en)}
        </Mark>
        <span className={classes.where}>{event.camera.name}</span>
        <span className={classes.when}>
          {clock(language, event.opened_at)}
          {event.verdict !== "unreviewed" && (
            <>
              {" "}
              <VerdictMark verdict={event.verdict} />
            </>
          )}
          {event.life_cycle === "open" && ` · ${t("lifeCycle.open")}`}
        </span>
      </span>
    </button>
  );
}
