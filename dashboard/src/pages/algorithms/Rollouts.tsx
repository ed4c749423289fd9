import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Version } from "../../api/algorithms";
import { rolloutsQuery } from "../../api/rollouts";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { useMay } from "../../parts/useMay";
import { Waiting } from "../../parts/Waiting";
import { RolloutCard } from "./RolloutCard";
import { StartRollout } from "./StartRollout";

/** On which deployments a version is on its way, and how it does there. */
export function Rollouts(props: {
  version: Version;
  starting: boolean;
  onStarting: (starting: boolean) => void;
}) {
  const { t } = useTranslation();
  const { version, starting, onStarting } = props;
  const may = useMay()("deployments.write");
  const rollouts = useQuery(rolloutsQuery(version.name, version.version));

  return (
    <Panel
      title={t("algorithms.rollouts")}
      actions={
        may && (
          <Button
            size="compact-sm"
            variant="default"
            disabled={version.state !== "approved"}
            onClick={() => onStarting(true)}
          >
            {t("algorithms.start")}
          </Button>
        )
      }
    >
      <ProblemNote error={rollouts.error} onRetry={() => void rollouts.refetch()} />
      {rollouts.isPending && !rollouts.error && <Waiting />}
      {rollouts.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("algorithms.noRollout")}
        </Text>
      )}
      <Stack gap="lg">
        {rollouts.data?.map((rollout) => <RolloutCard key={rollout.id} rollout={rollout} />)}
      </Stack>
      {starting && <StartRollout version={version} onClose={() => onStarting(false)} />}
    </Panel>
  );
}
