import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { eventQuery } from "../api/events";
import { Problem } from "../api/problem";
import { Empty } from "./Empty";
import classes from "./EventDetail.module.css";
import { EventFacts } from "./EventFacts";
import { EventPicture } from "./EventPicture";
import { ProblemNote } from "./ProblemNote";

/** One event, large: its picture with boxes, and its facts. */
export function EventDetail(props: { id: string }) {
  const { t } = useTranslation();
  const event = useQuery(eventQuery(props.id));
  if (event.error instanceof Problem && event.error.status === 404) {
    return <Empty text={t("events.notFound")} />;
  }
  return (
    <>
      <ProblemNote error={event.error} onRetry={() => void event.refetch()} />
      {event.data && (
        <div className={classes.detail}>
          <EventPicture event={event.data} />
          <EventFacts event={event.data} />
        </div>
      )}
    </>
  );
}
