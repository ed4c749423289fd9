import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { cameraStatesQuery } from "../../api/cameras";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { stateTone } from "../../meaning/stateTone";
import { Mark } from "../../parts/Mark";
import { ProblemNote } from "../../parts/ProblemNote";
import { Rows } from "../../parts/Rows";
import { StateMark } from "../../parts/StateMark";
import { useReason } from "../../parts/useReason";
import { Waiting } from "../../parts/Waiting";
import { duration, shareUp, stretches } from "./health";
import classes from "./HealthHistory.module.css";

const DAYS = 7;
const DAY_MS = 86_400_000;
const LISTED = 12;

/** How the camera was over the last week: a band of its states, and each change in words. */
export function HealthHistory(props: { id: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const reason = useReason();
  const query = useQuery(cameraStatesQuery(props.id));
  const items = query.data?.items ?? [];
  const now = Date.now();
  const begin = now - DAYS * DAY_MS;
  const known = stretches(items, begin, now);

  return (
    <section aria-label={t("cameraPages.health")}>
      <Title order={2} mb="sm">
        {t("cameraPages.health")}
      </Title>
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Waiting height={120} />}
      {query.data && items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("cameraPages.noHealth")}
        </Text>
      )}
      {known.length > 0 && (
        <>
          <Mark tone="accent">
            {t("cameraPages.shareUp", { percent: Math.floor(shareUp(known) * 1000) / 10 })}
          </Mark>
          <div className={classes.band} aria-hidden>
            {known.map(({ state, from, until }) => (
              <span
                key={from}
                data-tone={stateTone(state)}
                title={`${t(`state.${state}`, state)} · ${clock(language, new Date(from).toISOString())}`}
                style={{
                  left: `${((from - begin) / (now - begin)) * 100}%`,
                  width: `${((until - from) / (now - begin)) * 100}%`,
                }}
              />
            ))}
          </div>
          <Rows
            label={t("cameraPages.health")}
            minWidth={360}
            columns={[
              { head: t("cameras.state") },
              { head: t("cameras.reason") },
              { head: t("cameras.since"), number: true },
              { head: t("cameraPages.lasted"), number: true },
            ]}
            rows={items.slice(0, LISTED).map((item, at) => ({
              key: `${item.since} ${at}`,
              cells: [
                <StateMark key="state" state={item.state} />,
                reason(item),
                clock(language, item.since),
                duration(Date.parse(items[at - 1]?.since ?? "") || now, Date.parse(item.since)),
              ],
            }))}
          />
        </>
      )}
    </section>
  );
}
