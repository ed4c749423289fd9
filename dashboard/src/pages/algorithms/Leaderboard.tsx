import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Challenge, leaderboardQuery } from "../../api/challenges";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Empty } from "../../parts/Empty";
import { ProblemNote } from "../../parts/ProblemNote";
import { Rows } from "../../parts/Rows";
import { Waiting } from "../../parts/Waiting";

/** Who is how far. The sealed set shows once it is decided. */
export function Leaderboard(props: { challenge: Challenge }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const places = useQuery(leaderboardQuery(props.challenge.id));
  const decided = props.challenge.state === "decided";

  if (places.error) {
    return <ProblemNote error={places.error} onRetry={() => void places.refetch()} />;
  }
  if (!places.data) return <Waiting />;
  if (places.data.length === 0) return <Empty text={t("algorithms.noEntries")} />;
  return (
    <Rows
      label={t("algorithms.leaderboard")}
      columns={[
        { head: t("algorithms.place") },
        { head: t("algorithms.team") },
        { head: `${t("algorithms.shown")} · ${props.challenge.metric}`, number: true },
        ...(decided ? [{ head: t("algorithms.final"), number: true }] : []),
        { head: t("algorithms.entries"), number: true },
        { head: t("algorithms.at"), number: true },
      ]}
      rows={places.data.map(({ place, team, shown, final_score, submissions, at }) => ({
        key: `${place} ${team}`,
        cells: [
          place,
          team,
          shown.toFixed(3),
          ...(decided ? [final_score?.toFixed(3) ?? "–"] : []),
          submissions,
          clock(language, at),
        ],
      }))}
    />
  );
}
