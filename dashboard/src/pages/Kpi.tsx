import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "../keys/useKeys";
import { Page } from "../shell/Page";
import classes from "./Kpi.module.css";
import { BeforeAfter } from "./kpi/BeforeAfter";
import { ByHour } from "./kpi/ByHour";
import { ByVersion } from "./kpi/ByVersion";
import { Figures } from "./kpi/Figures";
import { KpiFilters } from "./kpi/KpiFilters";
import { lastDays } from "./kpi/periods";
import { GROUPS, type KpiSearch, RANGES } from "./kpi/search";
import { Stats } from "./kpi/Stats";
import { Trend } from "./kpi/Trend";
import { useChanges } from "./kpi/useChanges";
import "./kpi/words";

const USUAL_DAYS = 28;

/** What it all brings: rates with how sure they are, over time and by place. */
export function Kpi() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/kpis" });
  const search = useSearch({ from: "/inside/kpis" });
  const { days = USUAL_DAYS, by = "division", division, camera_id, split } = search;
  const hour = Math.floor(Date.now() / 3_600_000);
  const period = useMemo(() => lastDays(days, new Date(hour * 3_600_000)), [days, hour]);
  const place = useMemo(() => ({ division, camera_id }), [division, camera_id]);
  const changes = useChanges(period, place);
  const go = (next: KpiSearch) => void navigate({ search: { ...search, ...next } });
  useKeys([
    {
      press: "t",
      word: "kpi.nextRange",
      run: () => go({ days: after(RANGES, days), split: undefined }),
    },
    { press: "d", word: "kpi.drill", run: () => go({ by: after(GROUPS, by) }) },
  ]);

  return (
    <Page
      title={t("nav.kpi")}
      actions={<KpiFilters search={search} days={days} onChange={(next) => void navigate({ search: next })} />}
    >
      <div className={classes.kpi}>
        <Stats period={period} place={place} />
        <Trend period={period} place={place} changes={changes} />
        <div className={classes.row}>
          <BeforeAfter
            period={period}
            place={place}
            changes={changes}
            split={split}
            onSplit={(day) => go({ split: day })}
          />
          <ByHour period={period} place={place} />
        </div>
        <ByVersion period={period} place={place} />
        <Figures
          period={period}
          place={place}
          by={by}
          onBy={(next) => go({ by: next })}
          onPlace={(next) => go(next)}
        />
      </div>
    </Page>
  );
}

/** The one after it, the first after the last. */
function after<T>(all: readonly T[], one: T): T | undefined {
  return all[(all.indexOf(one) + 1) % all.length];
}
