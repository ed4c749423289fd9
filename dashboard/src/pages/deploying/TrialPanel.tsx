import { Button, FileInput, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type DeploymentOrder } from "../../api/deployments";
import { Problem } from "../../api/problem";
import { startTrial, trialQuery, uploadClip } from "../../api/trials";
import { Panel } from "../../parts/Panel";
import { percent } from "../../parts/percent";
import { ProblemNote } from "../../parts/ProblemNote";
import { TrialOutcome } from "./TrialOutcome";

/** What the draft would have raised on what its cameras recorded in the last hour. */
export function TrialPanel(props: {
  order: DeploymentOrder;
  trialId: string | undefined;
  onTrial: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { order, trialId, onTrial } = props;
  const [file, setFile] = useState<File | null>(null);
  const trial = useQuery({ ...trialQuery(trialId ?? ""), enabled: trialId !== undefined });
  const start = useMutation({
    mutationFn: async (clip: File | null) => {
      const camera = order.camera_ids?.[0];
      const uploaded = clip && (await uploadClip(clip, camera));
      return startTrial(order, uploaded ? [uploaded.id] : []);
    },
    onSuccess: ({ id }) => onTrial(id),
  });
  const nothing = start.error instanceof Problem && start.error.kind === "nothing-recorded";
  const runs = trial.data && !trial.data.ended_at;

  return (
    <Panel title={t("deploying.trial")}>
      <Stack gap="md">
        <Text size="sm">{t("deploying.trialText")}</Text>
        {nothing ? (
          <Text size="sm" role="status">
            {t("deploying.nothingRecorded")}
          </Text>
        ) : (
          <ProblemNote error={start.error ?? trial.error} />
        )}
        {runs ? (
          <div role="status">
            <Text size="sm">
              {t(`deploying.trialState.${trial.data.state}`, {
                percent: percent(trial.data.progress),
              })}
            </Text>
            <Progress value={trial.data.progress * 100} aria-label={t("deploying.trial")} mt={4} />
          </div>
        ) : (
          <Group align="end" gap="md">
            <Button
              variant="default"
              loading={start.isPending && !start.variables}
              onClick={() => start.mutate(null)}
            >
              {t(trialId ? "deploying.tryAgain" : "deploying.tryHour")}
            </Button>
            <FileInput
              w={240}
              label={t("deploying.clip")}
              placeholder={t("deploying.chooseClip")}
              accept="video/*"
              value={file}
              onChange={setFile}
              clearable
            />
            <Button
              variant="default"
              disabled={!file}
              loading={start.isPending && start.variables !== null}
              onClick={() => start.mutate(file)}
            >
              {t("deploying.tryClip")}
            </Button>
          </Group>
        )}
        {trial.data?.state === "failed" && (
          <ProblemNote error={new Error(trial.data.message ?? "")} />
        )}
        {trial.data?.state === "done" && <TrialOutcome trial={trial.data} />}
      </Stack>
    </Panel>
  );
}
