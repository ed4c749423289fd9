import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { comparisonQuery, type Period, type Place } from "../../api/kpis";
import { Mark } from "../../parts/Mark";
import { count, share } from "./format";
import classes from "./BeforeAfter.module.css";
import { Panel } from "./Panel";
import { compared, dayOf } from "./periods";
import { finding, points } from "./significance";
import type { Change } from "./useChanges";

/** Two periods beside each other, and in words whether they differ. */
export function BeforeAfter(props: {
  period: Period;
  place: Place;
  changes: Change[];
  split?: string;
  onSplit: (day?: string) => void;
}) {
  const { t } = useTranslation();
  const { period, place, changes, split, onSplit } = props;
  const [before, after] = compared(period, split);
  const comparison = useQuery(comparisonQuery(before, after, place));
  const row = comparison.data ?? null;
  const found = finding(row);
  const direction = (row?.effect ?? 0) > 0 ? "Up" : "Down";
  const sure = found === "weak" || found === "clear";
  const choices = [...changes.map(({ day, what }) => ({ day, what }))];
  if (split && !choices.some(({ day }) => day === split)) choices.push({ day: split, what: split });
  const days = new Map(choices.map(({ day, what }) => [day, what]));

  return (
    <Panel title={t("kpi.comparison")} asked={comparison} height={200}>
      <Select
        size="xs"
        mb="sm"
        aria-label={t("kpi.compareWith")}
        allowDeselect={false}
        data={[
          { value: "", label: t("kpi.previous") },
          ...[...days].map(([day, what]) => ({ value: day, label: t("kpi.splitAt", { day, what }) })),
        ]}
        value={split ?? ""}
        onChange={(day) => onSplit(day || undefined)}
      />
      {row && (
        <>
          <div className={classes.sides}>
            <Side
              name={t("kpi.before")}
              period={before}
              rate={row.before_rate}
              n={row.before_n}
              of={t("kpi.riders")}
            />
            <span aria-hidden>→</span>
            <Side
              name={t("kpi.after")}
              period={after}
              rate={row.after_rate}
              n={row.after_n}
              of={t("kpi.riders")}
            />
          </div>
          <p className={classes.words}>
            <Mark tone={found === "unknown" || !sure ? "quiet" : direction === "Up" ? "good" : "major"}>
              {t(`kpi.finding.${sure ? found + direction : found}`)}
            </Mark>
          </p>
          {row.effect != null && (
            <p className={classes.small}>
              {t("kpi.pointsOf", { points: points(row.effect) })}
              {" · "}
              {t("kpi.between", {
                low: points(row.effect_low ?? 0),
                high: points(row.effect_high ?? 0),
              })}
              {" · "}
              {t("kpi.test", { test: row.test, p: probability(row.p_value ?? 1) })}
            </p>
          )}
          <p className={classes.small}>{t("kpi.independent")}</p>
        </>
      )}
    </Panel>
  );
}

function Side(props: {
  name: string;
  period: Period;
  rate: number | null;
  n: number;
  of: string;
}) {
  const first = dayOf(new Date(props.period.since)).slice(5);
  const last = dayOf(new Date(Date.parse(props.period.until) - 1)).slice(5);
  return (
    <div>
      <div className={classes.small}>
        {props.name} · {first} – {last}
      </div>
      <div className={classes.rate}>{share(props.rate)}</div>
      <div className={classes.small}>
        {count(props.n)} {props.of.toLowerCase()}
      </div>
    </div>
  );
}

function probability(p: number): string {
  return p < 0.001 ? "< 0.001" : `= ${p.toFixed(3)}`;
}
