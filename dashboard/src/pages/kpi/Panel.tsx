import { Button } from "@mantine/core";
import { lazy, type ReactNode, type RefObject, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Panel as Plain } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Waiting } from "../../parts/Waiting";
import type { ChartHandle } from "./Chart";
import classes from "./Panel.module.css";

export const Chart = lazy(() => import("./Chart"));

interface Asked {
  error: Error | null;
  data?: unknown;
  refetch: () => unknown;
}

/** A part of the page about one figure: heading, export, and what there is while there is none. */
export function Panel(props: {
  title: string;
  lead?: string;
  asked: Asked;
  height: number;
  csv?: string;
  chart?: RefObject<ChartHandle | null>;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const { title, lead, asked, height, csv, chart } = props;
  const waiting = <Waiting height={height} />;

  function savePng(): void {
    const link = document.createElement("a");
    link.href = chart?.current?.png() ?? "";
    link.download = `${title}.png`;
    if (chart?.current) link.click();
  }

  return (
    <Plain
      title={title}
      actions={
        <>
          {props.actions}
          {chart && (
            <Button
              size="compact-xs"
              variant="default"
              onClick={savePng}
              aria-label={t("kpi.save", { what: title, kind: "PNG" })}
            >
              {t("kpi.png")}
            </Button>
          )}
          {csv && (
            <Button
              size="compact-xs"
              variant="default"
              component="a"
              href={csv}
              download
              aria-label={t("kpi.save", { what: title, kind: "CSV" })}
            >
              {t("kpi.csv")}
            </Button>
          )}
        </>
      }
    >
      {lead && <p className={classes.lead}>{lead}</p>}
      <ProblemNote error={asked.error} onRetry={() => void asked.refetch()} />
      {asked.data === undefined ? (
        !asked.error && waiting
      ) : (
        <Suspense fallback={waiting}>{props.children}</Suspense>
      )}
    </Plain>
  );
}
