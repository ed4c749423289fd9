import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/problem";
import { logQuery } from "../../api/trainingRuns";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import classes from "./Log.module.css";

/** The end of the log. It follows what comes, unless the reader has scrolled up. */
export function Log(props: { id: string; live: boolean }) {
  const { t } = useTranslation();
  const log = useQuery(logQuery(props.id, props.live));
  const box = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  const silent = log.error instanceof Problem && log.error.status === 404;

  useLayoutEffect(() => {
    const element = box.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [log.data]);

  return (
    <Panel title={t("training.log")}>
      {silent && (
        <Text size="sm" c="dimmed">
          {t("training.noLog")}
        </Text>
      )}
      {!silent && <ProblemNote error={log.error} onRetry={() => void log.refetch()} />}
      {log.data !== undefined && (
        <pre
          ref={box}
          className={classes.log}
          tabIndex={0}
          aria-label={t("training.log")}
          onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
            follows.current = scrollHeight - scrollTop - clientHeight < 24;
          }}
        >
          {log.data}
        </pre>
      )}
    </Panel>
  );
}
