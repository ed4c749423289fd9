import { Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { versionsQuery } from "../api/algorithms";
import { Problem } from "../api/problem";
import { useKeys } from "../keys/useKeys";
import { Empty } from "../parts/Empty";
import { JobMark } from "../parts/JobMark";
import { ProblemNote } from "../parts/ProblemNote";
import { useMay } from "../parts/useMay";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import classes from "./CameraPage.module.css";
import { Checks } from "./algorithms/Checks";
import { Engines } from "./algorithms/Engines";
import { Lineage } from "./algorithms/Lineage";
import { Rollouts } from "./algorithms/Rollouts";
import { ScorecardPanel } from "./algorithms/ScorecardPanel";
import { SideBySide } from "./algorithms/SideBySide";
import "./algorithms/words";

/** One version: how good it is, where it comes from, where it runs. */
export function AlgorithmPage() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/algorithms/$name/$version" });
  const { name, version } = useParams({ from: "/inside/algorithms/$name/$version" });
  const { against } = useSearch({ from: "/inside/algorithms/$name/$version" });
  const [starting, setStarting] = useState(false);
  const compare = useRef<HTMLInputElement>(null);
  const versions = useQuery(versionsQuery(name));
  const known = versions.data?.find((one) => one.version === version);
  const others = (versions.data ?? []).filter((one) => one.version !== version);
  const mayStart = useMay()("deployments.write");
  useKeys([{ press: "x", word: "algorithms.compare", run: () => compare.current?.focus() }]);
  useKeys([{ press: "p", word: "algorithms.promote", run: () => setStarting(true) }], mayStart);

  const gone = versions.error instanceof Problem && versions.error.status === 404;
  if (gone || (versions.data && !known)) {
    return (
      <Empty text={t("algorithms.notFound")}>
        <Link to="/algorithms">{t("nav.algorithms")}</Link>
      </Empty>
    );
  }

  return (
    <Page
      title={`${name} ${version}`}
      actions={
        known && (
          <>
            <JobMark state={known.state} word={t(`algorithms.states.${known.state}`)} />
            <Select
              ref={compare}
              size="xs"
              w={168}
              aria-label={t("algorithms.compareWith")}
              placeholder={t(others.length ? "algorithms.compareWith" : "algorithms.noOther")}
              disabled={others.length === 0}
              data={others.map((one) => one.version)}
              value={against ?? null}
              onChange={(value) => void navigate({ search: { against: value ?? undefined } })}
              clearable
            />
          </>
        )
      }
    >
      <ProblemNote error={versions.error} onRetry={() => void versions.refetch()} />
      {versions.isPending && !versions.error && <Waiting height={400} />}
      {known && (
        <div className={classes.columns}>
          <Stack gap="sm" miw={0}>
            {against ? (
              <SideBySide name={name} version={version} against={against} />
            ) : (
              <ScorecardPanel name={name} version={version} />
            )}
            <Rollouts
              version={known}
              starting={starting}
              onStarting={setStarting}
            />
          </Stack>
          <Stack gap="sm" miw={0}>
            <Lineage version={known} />
            <Checks report={known.provenance?.report ?? null} />
            <Engines version={known} />
          </Stack>
        </div>
      )}
    </Page>
  );
}
