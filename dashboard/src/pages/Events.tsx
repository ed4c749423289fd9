import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { type Event, eventQuery, eventsQuery } from "../api/events";
import type { NewReview } from "../api/reviews";
import { useKeys } from "../keys/useKeys";
import { Empty } from "../parts/Empty";
import { ProblemNote } from "../parts/ProblemNote";
import classes from "./Events.module.css";
import { Desk } from "./events/Desk";
import { Failed } from "./events/Failed";
import { Filters } from "./events/Filters";
import { NoEvents } from "./events/NoEvents";
import { ReviewList } from "./events/ReviewList";
import { usePrefetchedPictures } from "./events/usePrefetchedPictures";
import { useSteadyList } from "./events/useSteadyList";
import { useVerdicts } from "./events/useVerdicts";
import "./events/words";

/** So close to the end of the list the next page is read. */
const AHEAD = 10;

/** The review desk: all events, filtered as the address says, and the chosen one to judge. */
export function Events() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/events" });
  const { event: chosen, ...filters } = useSearch({ from: "/inside/events" });
  const events = useInfiniteQuery(eventsQuery(filters));
  const list = useSteadyList(events.data, JSON.stringify(filters));
  const { given, say, undo } = useVerdicts();
  const shown = list.shown.map((event) => judged(event, given.get(event.id)));
  const at = shown.findIndex((event) => event.id === chosen);
  usePrefetchedPictures(shown, at);

  // Keys come faster than the address: what was asked for last is what they act on.
  const asked = useRef<string>(undefined);
  useEffect(() => {
    if (asked.current === chosen) asked.current = undefined;
  }, [chosen]);

  function choose(id: string | undefined): void {
    asked.current = id;
    void navigate({ search: { ...filters, event: id }, replace: true });
  }
  function place(): number {
    const id = asked.current ?? chosen;
    return shown.findIndex((event) => event.id === id);
  }
  function go(step: number): void {
    const next = shown[place() + step] ?? (place() < 0 ? shown[0] : undefined);
    if (next) choose(next.id);
  }
  function judge(review: NewReview): void {
    const id = asked.current ?? chosen;
    if (!id) return;
    say(id, review);
    const from = place();
    const open = (event: Event) => event.id !== id && event.verdict === "unreviewed";
    const next = shown.slice(from + 1).find(open) ?? shown.find(open);
    choose(next?.id);
  }
  function takeBack(): void {
    const id = undo();
    if (id) choose(id);
  }
  useKeys([
    { press: "j", word: "review.next", run: () => go(1) },
    { press: "k", word: "review.previous", run: () => go(-1) },
    { press: "z", word: "review.undo", run: takeBack },
  ]);

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = events;
  const nearEnd = at >= 0 && at >= shown.length - AHEAD;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const one = useQuery({ ...eventQuery(chosen ?? ""), enabled: chosen !== undefined && at < 0 });
  const event = shown[at] ?? (one.data && judged(one.data, given.get(one.data.id)));
  const done = shown.length > 0 && shown.every((each) => each.verdict !== "unreviewed");

  return (
    <div className={classes.events} data-chosen={chosen !== undefined}>
      <ReviewList
        filters={<Filters filters={filters} onChange={(next) => void navigate({ search: next })} />}
        events={shown}
        chosen={chosen}
        waiting={list.waiting}
        onChoose={choose}
        onRenew={list.renew}
      >
        <ProblemNote error={events.error} onRetry={() => void events.refetch()} />
        {events.data && shown.length === 0 && <NoEvents filters={filters} />}
        {hasNextPage && (
          <Button
            variant="subtle"
            loading={isFetchingNextPage}
            onClick={() => void fetchNextPage()}
          >
            {t("events.more")}
          </Button>
        )}
      </ReviewList>
      <section className={classes.detail}>
        <Failed given={given} onChoose={choose} />
        {chosen && (
          <Button className={classes.back} variant="subtle" onClick={() => choose(undefined)}>
            ← {t("review.back")}
          </Button>
        )}
        {event && chosen === event.id ? (
          <Desk
            event={event}
            given={given.get(event.id)}
            onSay={judge}
            onUndo={takeBack}
            onChoose={choose}
          />
        ) : chosen ? (
          one.error && <ProblemNote error={one.error} onRetry={() => void one.refetch()} />
        ) : (
          <Empty text={t(done ? "review.emptyQueue" : "events.choose")}>
            {done && list.waiting > 0 && (
              <Button variant="default" onClick={list.renew}>
                {t("review.emptyMore")}
              </Button>
            )}
          </Empty>
        )}
      </section>
    </div>
  );
}

function judged(event: Event, given: { verdict: string; error?: Error } | undefined): Event {
  return given && !given.error ? { ...event, verdict: given.verdict } : event;
}
