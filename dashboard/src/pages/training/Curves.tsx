import { Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { curvesQuery } from "../../api/trainingRuns";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Waiting } from "../../parts/Waiting";
import { plotsOf } from "./plots";

const Plot = lazy(() => import("./Plot"));

/** How a run goes, epoch by epoch, while it does; of a search, one trial at a time. */
export function Curves(props: { id: string; live: boolean }) {
  const { t } = useTranslation();
  const curves = useQuery(curvesQuery(props.id, props.live));
  const [chosen, setChosen] = useState<string | null>(null);
  const all = curves.data ?? [];
  const nameOf = (trial: number | null) => (trial === null ? "" : String(trial));
  const curve = all.find(({ trial }) => nameOf(trial) === chosen) ?? all[0];

  return (
    <Panel
      title={t("training.curves")}
      actions={
        all.length > 1 && (
          <Select
            size="xs"
            aria-label={t("training.trialChoice")}
            allowDeselect={false}
            data={all.map(({ trial }) => ({
              value: nameOf(trial),
              label: trial === null ? t("training.whole") : t("training.trial", { trial }),
            }))}
            value={curve ? nameOf(curve.trial) : null}
            onChange={setChosen}
          />
        )
      }
    >
      <ProblemNote error={curves.error} onRetry={() => void curves.refetch()} />
      {curves.isPending && !curves.error && <Waiting height={400} />}
      {curves.data && !curve && (
        <Text size="sm" c="dimmed">
          {t("training.noCurves")}
        </Text>
      )}
      {curve && (
        <Suspense fallback={<Waiting height={400} />}>
          {plotsOf(curve.points).map(({ word, series }) => (
            <Plot
              key={word}
              title={t(`training.${word}`)}
              epoch={t("training.epoch")}
              epochs={curve.points.map(({ epoch }) => epoch)}
              series={series}
            />
          ))}
        </Suspense>
      )}
    </Panel>
  );
}
