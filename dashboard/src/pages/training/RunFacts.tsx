import { Progress } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { TrainingRun } from "../../api/trainingRuns";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Facts } from "../../parts/Facts";
import { JobMark } from "../../parts/JobMark";
import { Panel } from "../../parts/Panel";
import { percent } from "../../parts/percent";
import { resultsOf } from "./results";

export function RunFacts(props: { run: TrainingRun }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { run } = props;
  const at = (moment: string | null) => (moment ? clock(language, moment) : undefined);

  return (
    <Panel
      title={t("training.run")}
      actions={<JobMark state={run.state} word={t(`training.states.${run.state}`)} />}
    >
      <Progress value={run.progress * 100} mb="sm" aria-label={percent(run.progress)} />
      <Facts
        facts={[
          [t("training.progress"), percent(run.progress)],
          [t("training.message"), run.message ?? undefined],
          [t("training.why"), run.why],
          [t("training.by"), run.started_by],
          [t("training.started"), at(run.started_at)],
          [t("training.ended"), at(run.ended_at)],
          [t("training.settings"), <code key="spec">{settings(run)}</code>],
          ...resultsOf(run.metrics).map(({ set, split, figures }): [string, string] => [
            t("training.figure", { set, split }),
            figures,
          ]),
          [
            t("training.submission"),
            run.submission_id ? (
              <Link key="submission" to="/algorithms" search={{ tab: "submissions" }}>
                {run.submission_id.slice(-6)}
              </Link>
            ) : undefined,
          ],
          [
            t("training.model"),
            run.state === "done" ? (
              <a key="model" href={`/api/v1/training-runs/${run.id}/model`} download>
                {t("training.download")}
              </a>
            ) : undefined,
          ],
        ]}
      />
    </Panel>
  );
}

function settings({ spec }: TrainingRun): string {
  const set = Object.entries(spec).filter(([, value]) => value !== null && value !== undefined);
  return set.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(", ") || "–";
}
