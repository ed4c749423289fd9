import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { scorecardQuery, type Scorecard } from "../../api/algorithms";
import { Empty } from "../../parts/Empty";
import { Interval } from "../../parts/Interval";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Rows } from "../../parts/Rows";
import { useClassNames } from "../../parts/useClassNames";
import { Waiting } from "../../parts/Waiting";

interface Estimate {
  value: number | null;
  low?: number | null;
  high?: number | null;
}

/** How good a version is, how sure that is, and where it is weak. */
export function ScorecardPanel(props: { name: string; version: string }) {
  const { t } = useTranslation();
  const { name, version } = props;
  const classNames = useClassNames([{ name, version }]);
  const query = useQuery(scorecardQuery(name, version));
  const document = query.data;

  return (
    <Panel title={t("algorithms.scorecard")}>
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {document === undefined && !query.error && <Waiting height={240} />}
      {document === null && <Empty text={t("algorithms.notMeasured")} />}
      {document && (
        <>
          <Text size="xs" c="dimmed" mb="sm">
            {t("algorithms.measuredOn", {
              set: document.set.title,
              pictures: document.scorecard.pictures,
              sources: document.scorecard.sources,
              threshold: document.scorecard.threshold,
            })}
          </Text>
          <Rows
            label={t("algorithms.scorecard")}
            columns={[
              { head: t("algorithms.figure") },
              { head: t("algorithms.value"), number: true },
              { head: t("algorithms.interval") },
              { head: t("algorithms.n"), number: true },
            ]}
            rows={figuresOf(document.scorecard, classNames, t)}
          />
          <Text fw={600} mt="md" mb={4}>
            {t("algorithms.slices")}
          </Text>
          <Rows
            label={t("algorithms.slices")}
            columns={[
              { head: t("algorithms.part") },
              { head: t("algorithms.recall"), number: true },
              { head: t("algorithms.interval") },
              { head: t("algorithms.n"), number: true },
            ]}
            rows={document.scorecard.slices.map(({ by, name: part, recall }) => ({
              key: `${by} ${part}`,
              cells: [
                `${t(`algorithms.by.${by}`)}: ${t(`algorithms.slice.${part}`, part)}`,
                percent(recall.value),
                bar(recall),
                recall.n,
              ],
            }))}
          />
        </>
      )}
    </Panel>
  );
}

function figuresOf(
  card: Scorecard,
  nameOf: (key: string) => string,
  t: (key: string) => string,
): { key: string; cells: ReactNode[] }[] {
  const row = (name: string, estimate: Estimate, n?: number) => ({
    key: name,
    cells: [name, percent(estimate.value), bar(estimate), n ?? ""],
  });
  const ofClasses = Object.entries(card.classes).flatMap(([key, { ap50, precision, recall }]) => [
    row(`${nameOf(key)} · ${t("algorithms.ap50")}`, ap50),
    row(`${nameOf(key)} · ${t("algorithms.precision")}`, precision, precision.n),
    row(`${nameOf(key)} · ${t("algorithms.recall")}`, recall, recall.n),
  ]);
  return [
    row("mAP50", card.map50),
    row("mAP50–95", { value: card.map50_95 }),
    ...ofClasses,
  ];
}

function bar({ value, low, high }: Estimate): ReactNode {
  return <Interval value={value} low={low} high={high} />;
}

export function percent(value: number | null): string {
  return value === null ? "–" : `${(value * 100).toFixed(1)} %`;
}
