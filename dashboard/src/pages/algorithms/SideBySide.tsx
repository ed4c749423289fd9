import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { scorecardsQuery } from "../../api/algorithms";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Rows } from "../../parts/Rows";
import { useClassNames } from "../../parts/useClassNames";
import { Waiting } from "../../parts/Waiting";
import { percent } from "./ScorecardPanel";

/** Two versions on the same set, figure by figure. */
export function SideBySide(props: { name: string; version: string; against: string }) {
  const { t } = useTranslation();
  const { name, version, against } = props;
  const classNames = useClassNames([{ name, version }]);
  // The other one first: the difference says what this version brings.
  const query = useQuery(scorecardsQuery(name, against, version));

  function nameOf(figure: string): string {
    const dot = figure.lastIndexOf(".");
    if (dot < 0) return figure === "map50" ? "mAP50" : figure.toUpperCase();
    return `${classNames(figure.slice(0, dot))} · ${t(`algorithms.${figure.slice(dot + 1)}`)}`;
  }

  return (
    <Panel title={t("algorithms.comparison", { first: against, second: version })}>
      {query.error && (
        <>
          <Text mb="sm">{t("algorithms.cannotCompare")}</Text>
          <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
        </>
      )}
      {query.isPending && <Waiting height={240} />}
      {query.data && (
        <>
          <Text size="xs" c="dimmed" mb="sm">
            {t("algorithms.onSet", { set: query.data.first.set.title })}
          </Text>
          <Rows
            label={t("algorithms.comparison", { first: against, second: version })}
            minWidth={480}
            columns={[
              { head: t("algorithms.figure") },
              { head: against, number: true },
              { head: version, number: true },
              { head: t("algorithms.difference"), number: true },
              { head: "" },
            ]}
            rows={query.data.figures.map(({ figure, first, second, difference, apart }) => ({
              key: figure,
              cells: [
                nameOf(figure),
                percent(first),
                percent(second),
                difference === null ? "–" : `${difference > 0 ? "+" : ""}${(difference * 100).toFixed(1)}`,
                apart !== null && (
                  <Mark key="apart" tone={apart ? ((difference ?? 0) > 0 ? "good" : "major") : "quiet"}>
                    {t(`algorithms.apart.${String(apart)}`)}
                  </Mark>
                ),
              ],
            }))}
          />
        </>
      )}
    </Panel>
  );
}
