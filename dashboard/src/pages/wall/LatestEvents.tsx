import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Event } from "../../api/events";
import { Empty } from "../../parts/Empty";
import { EventColumn } from "../../parts/EventColumn";
import { ProblemNote } from "../../parts/ProblemNote";

/** The events of the wall's division, or of all cameras, as they come. */
export function LatestEvents(props: {
  events: UseInfiniteQueryResult<Event[]>;
  division?: string;
  chosen?: string;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { events, division } = props;
  return (
    <EventColumn
      heading={<h2>{t("events.running")}</h2>}
      aside={
        <Link to="/events" search={{ division }}>
          {t("events.all")} →
        </Link>
      }
      events={events.data ?? []}
      name={`wall ${division}`}
      runs
      chosen={props.chosen}
      onChoose={props.onChoose}
    >
      <ProblemNote error={events.error} onRetry={() => void events.refetch()} />
      {events.data?.length === 0 && <Empty text={t("events.none")} />}
    </EventColumn>
  );
}
