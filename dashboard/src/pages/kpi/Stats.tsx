import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import {
  eventCountsQuery,
  type Period,
  type Place,
  timelinessQuery,
  wearingQuery,
} from "../../api/kpis";
import { ProblemNote } from "../../parts/ProblemNote";
import { count, duration, share } from "./format";
import classes from "./Stats.module.css";

/** The figures one looks at first, each with what it is a share of and how sure it is. */
export function Stats(props: { period: Period; place: Place }) {
  const { t } = useTranslation();
  const { period, place } = props;
  const wearing = useQuery(wearingQuery(period, place));
  const events = useQuery(eventCountsQuery(period, place));
  const times = useQuery(timelinessQuery(period, place.division));
  const riders = wearing.data?.[0];
  const said = events.data?.[0];
  const orders = times.data;
  const none = <span className={classes.none}>{t("kpi.noData")}</span>;

  function lasting(seconds: number | null | undefined): string {
    if (seconds === null || seconds === undefined) return "–";
    const { word, count: n } = duration(seconds);
    return t(`kpi.${word}`, { count: n });
  }

  return (
    <>
      <ProblemNote
        error={wearing.error ?? events.error ?? times.error}
        onRetry={() => void Promise.all([wearing, events, times].map((query) => query.refetch()))}
      />
      <dl className={classes.stats}>
        <Stat
          name={t("kpi.wearing")}
          value={riders?.rate != null ? share(riders.rate) : wearing.data && none}
          note={
            riders?.rate == null
              ? wearing.data && t("kpi.noDataWhy")
              : t("kpi.ofRiders", {
                  n: count(riders.riders),
                  low: share(riders.low),
                  high: share(riders.high),
                })
          }
        />
        <Stat
          name={t("kpi.events")}
          value={events.data ? count(said?.events ?? 0) : ""}
          note={
            said && t("kpi.eventsMore", { confirmed: said.confirmed, unreviewed: said.unreviewed })
          }
        />
        <Stat
          name={t("kpi.precision")}
          value={said?.precision != null ? share(said.precision) : events.data && none}
          note={
            said?.precision != null &&
            t("kpi.ofJudged", {
              n: count(said.confirmed + said.false_alarms),
              low: share(said.low),
              high: share(said.high),
            })
          }
        />
        <Stat
          name={t("kpi.times")}
          value={
            orders ? (
              <span className={classes.long}>
                {lasting(orders.dispatch_median_s)} / {lasting(orders.resolve_median_s)}
              </span>
            ) : (
              times.data === null && none
            )
          }
          note={
            orders && t("kpi.timesMore", { n: orders.orders, inTime: share(orders.in_time_rate) })
          }
        />
        <Stat
          name={t("kpi.uptime")}
          value={riders?.coverage != null ? share(riders.coverage) : wearing.data && none}
          note={riders && t("kpi.uptimeMore")}
        />
      </dl>
    </>
  );
}

function Stat(props: { name: string; value: ReactNode; note: ReactNode }) {
  return (
    <div className={classes.stat}>
      <dt>{props.name}</dt>
      <dd className={classes.value}>{props.value || "\u00a0"}</dd>
      <dd className={classes.note}>{props.note}</dd>
    </div>
  );
}
