import { Button, Group, List, Loader, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { submissionQuery } from "../../api/submissions";
import { JobMark } from "../../parts/JobMark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Checks } from "./Checks";

/** What becomes of a submission: checked, then accepted, or refused with each reason. */
export function SubmissionFate(props: { id: string; onAgain: () => void }) {
  const { t } = useTranslation();
  const query = useQuery(submissionQuery(props.id));
  const submission = query.data;
  if (!submission) return <ProblemNote error={query.error} onRetry={() => void query.refetch()} />;
  const { name, version, state, reasons, report } = submission;

  return (
    <div aria-live="polite" data-submission={state}>
      <Panel
        title={`${name} ${version}`}
        actions={<JobMark state={state} word={t(`algorithms.states.${state}`)} />}
      >
        {state === "checking" && (
          <Group gap="sm">
            <Loader size="xs" />
            <Text size="sm">{t("algorithms.checking")}</Text>
          </Group>
        )}
        {state === "accepted" && (
          <Group gap="md">
            <Text size="sm">{t("algorithms.accepted", { name, version })}</Text>
            <Link to="/algorithms/$name/$version" params={{ name, version }} search={{}}>
              {t("algorithms.toVersion")} →
            </Link>
          </Group>
        )}
        {state === "rejected" && (
          <>
            <Text size="sm" mb={4}>
              {t("algorithms.refused", { name, version })}
            </Text>
            <List size="sm" spacing={4}>
              {reasons.map((reason) => (
                <List.Item key={reason}>{reason}</List.Item>
              ))}
            </List>
          </>
        )}
        {state !== "checking" && (
          <Button mt="md" size="xs" variant="default" onClick={props.onAgain}>
            {t("algorithms.again")}
          </Button>
        )}
      </Panel>
      {report && (
        <div style={{ marginTop: 12 }}>
          <Checks report={report} />
        </div>
      )}
    </div>
  );
}
