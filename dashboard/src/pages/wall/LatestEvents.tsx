import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { eventsQuery } from "../../api/events";
import { Empty } from "../../parts/Empty";
import { EventColumn } from "../../parts/EventColumn";
import { ProblemNote } from "../../parts/ProblemNote";

/** The events of all cameras as they come. */
export function LatestEvents(props: { chosen?: string; onChoose: (id: string) => void }) {
  const { t } = useTranslation();
  const events = useInfiniteQuery(eventsQuery({}));
  return (
    <EventColumn
      heading={<h2>{t("events.running")}</h2>}
      aside={<Link to="/events">{t("events.all")} →</Link>}
      events={events.data ?? []}
      name="wall"
      runs
      chosen={props.chosen}
      onChoose={props.onChoose}
    >
      <ProblemNote error={events.error} onRetry={() => void events.refetch()} />
      {events.data?.length === 0 && <Empty text={t("events.none")} />}
    </EventColumn>
  );
}
