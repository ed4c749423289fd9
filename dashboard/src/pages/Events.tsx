import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { eventsQuery } from "../api/events";
import { Empty } from "../parts/Empty";
import { EventColumn } from "../parts/EventColumn";
import { EventDetail } from "../parts/EventDetail";
import { ProblemNote } from "../parts/ProblemNote";
import classes from "./Events.module.css";
import { Filters } from "./events/Filters";
import { NoEvents } from "./events/NoEvents";

/** All events, filtered as the address says; the chosen one beside the list. */
export function Events() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/events" });
  const { event: chosen, ...filters } = useSearch({ from: "/inside/events" });
  const events = useInfiniteQuery(eventsQuery(filters));

  return (
    <div className={classes.events}>
      <EventColumn
        heading={<h1>{t("events.title")}</h1>}
        filters={<Filters filters={filters} onChange={(next) => void navigate({ search: next })} />}
        events={events.data ?? []}
        name={JSON.stringify(filters)}
        runs={false}
        chosen={chosen}
        onChoose={(id) => void navigate({ search: { ...filters, event: id } })}
      >
        <ProblemNote error={events.error} onRetry={() => void events.refetch()} />
        {events.data?.length === 0 && <NoEvents filters={filters} />}
        {events.hasNextPage && (
          <Button
            variant="subtle"
            loading={events.isFetchingNextPage}
            onClick={() => void events.fetchNextPage()}
          >
            {t("events.more")}
          </Button>
        )}
      </EventColumn>
      <section className={classes.detail}>
        {chosen ? <EventDetail id={chosen} /> : <Empty text={t("events.choose")} />}
      </section>
    </div>
  );
}
