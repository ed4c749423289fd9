import { Progress } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { trainingRunsQuery } from "../api/trainingRuns";
import { clock } from "../i18n/time";
import { useLanguage } from "../i18n/useLanguage";
import { Empty } from "../parts/Empty";
import { JobMark } from "../parts/JobMark";
import { Panel } from "../parts/Panel";
import { percent } from "../parts/percent";
import { ProblemNote } from "../parts/ProblemNote";
import { Rows } from "../parts/Rows";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import "./training/words";

/** All training runs, the newest first. */
export function Training() {
  const { t } = useTranslation();
  const language = useLanguage();
  const runs = useQuery(trainingRunsQuery);

  return (
    <Page title={t("nav.training")}>
      <ProblemNote error={runs.error} onRetry={() => void runs.refetch()} />
      {runs.isPending && !runs.error && <Waiting height={240} />}
      {runs.data?.length === 0 && <Empty text={t("training.none")} />}
      {runs.data && runs.data.length > 0 && (
        <Panel title={t("training.run")}>
          <Rows
            minWidth={760}
            columns={[
              { head: t("training.run") },
              { head: t("training.state") },
              { head: t("training.progress") },
              { head: t("training.why") },
              { head: t("training.by") },
              { head: t("training.asked"), number: true },
            ]}
            rows={runs.data.map((run) => ({
              key: run.id,
              cells: [
                <Link key="link" to="/training/$id" params={{ id: run.id }}>
                  {run.recipe} · {run.id.slice(-6)}
                </Link>,
                <JobMark key="state" state={run.state} word={t(`training.states.${run.state}`)} />,
                <span key="progress">
                  <Progress
                    value={run.progress * 100}
                    w={96}
                    mt={4}
                    aria-label={`${run.recipe} ${percent(run.progress)}`}
                  />
                  {percent(run.progress)}
                </span>,
                run.state === "failed" ? run.message : run.why,
                run.started_by,
                clock(language, run.created_at),
              ],
            }))}
          />
        </Panel>
      )}
    </Page>
  );
}
