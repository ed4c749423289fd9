import { List } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { submissionsQuery } from "../../api/submissions";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Empty } from "../../parts/Empty";
import { JobMark } from "../../parts/JobMark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Rows } from "../../parts/Rows";
import { Waiting } from "../../parts/Waiting";

/** What was handed in, and why some of it was refused. */
export function Submissions() {
  const { t } = useTranslation();
  const language = useLanguage();
  const submissions = useQuery(submissionsQuery);

  return (
    <Panel title={t("algorithms.tab.submissions")}>
      <ProblemNote error={submissions.error} onRetry={() => void submissions.refetch()} />
      {submissions.isPending && !submissions.error && <Waiting />}
      {submissions.data?.length === 0 && <Empty text={t("algorithms.noSubmission")} />}
      {submissions.data && submissions.data.length > 0 && (
        <Rows
          minWidth={640}
          columns={[
            { head: t("algorithms.version") },
            { head: t("algorithms.state") },
            { head: t("algorithms.reasons") },
            { head: t("algorithms.by_") },
            { head: t("algorithms.at"), number: true },
          ]}
          rows={submissions.data.map(({ id, name, version, state, reasons, created_by, created_at }) => ({
            key: id,
            cells: [
              state === "accepted" ? (
                <Link to="/algorithms/$name/$version" params={{ name, version }} search={{}}>
                  {name} {version}
                </Link>
              ) : (
                `${name} ${version}`
              ),
              <JobMark key="state" state={state} word={t(`algorithms.states.${state}`)} />,
              reasons.length > 0 && (
                <List size="sm" spacing={2}>
                  {reasons.map((reason) => (
                    <List.Item key={reason}>{reason}</List.Item>
                  ))}
                </List>
              ),
              created_by,
              clock(language, created_at),
            ],
          }))}
        />
      )}
    </Panel>
  );
}
