import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { eventQuery } from "../../api/events";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { EventFacts } from "../../parts/EventFacts";
import { EventPicture } from "../../parts/EventPicture";
import { ProblemNote } from "../../parts/ProblemNote";
import { Waiting } from "../../parts/Waiting";
import classes from "./Drawer.module.css";

export function ChosenEvent(props: { id: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: event, error, refetch } = useQuery(eventQuery(props.id));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!event) return <Waiting />;
  return (
    <>
      <h2>{inLanguage(language, event.scenario_title_zh, event.scenario_title_en)}</h2>
      <EventPicture event={event} />
      <div className={classes.links}>
        <Link to="/events" search={{ event: event.id }}>
          {t("map.toReview")} →
        </Link>
      </div>
      <EventFacts event={event} />
    </>
  );
}
