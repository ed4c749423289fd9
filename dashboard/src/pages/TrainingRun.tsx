import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem";
import { isOver, trainingRunQuery } from "../api/trainingRuns";
import { useKeys } from "../keys/useKeys";
import { Empty } from "../parts/Empty";
import { ProblemNote } from "../parts/ProblemNote";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import classes from "./CameraPage.module.css";
import { CancelRun } from "./training/CancelRun";
import { Curves } from "./training/Curves";
import { Log } from "./training/Log";
import { RunFacts } from "./training/RunFacts";
import "./training/words";

/** One run: how far it is, its curves while they grow, its log, its result. */
export function TrainingRun() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/inside/training/$id" });
  const query = useQuery(trainingRunQuery(id));
  const run = query.data;
  const live = run !== undefined && !isOver(run);
  const [asking, setAsking] = useState(false);
  useKeys([{ press: "s", word: "training.stop", run: () => setAsking(live) }]);

  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Empty text={t("training.notFound")}>
        <Link to="/training">{t("nav.training")}</Link>
      </Empty>
    );
  }

  return (
    <Page
      title={run ? `${run.recipe} · ${run.id.slice(-6)}` : " "}
      actions={live && <CancelRun run={run} asking={asking} onAsking={setAsking} />}
    >
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && !query.error && <Waiting height={400} />}
      {run && (
        <div className={classes.columns}>
          <Stack gap="sm" miw={0}>
            <Curves id={id} live={live} />
            <Log id={id} live={live} />
          </Stack>
          <RunFacts run={run} />
        </div>
      )}
    </Page>
  );
}
