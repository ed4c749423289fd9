import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { cancelTrainingRun, type TrainingRun, trainingRunQuery } from "../../api/trainingRuns";
import { ProblemNote } from "../../parts/ProblemNote";

export function CancelRun(props: {
  run: TrainingRun;
  asking: boolean;
  onAsking: (asking: boolean) => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { run, asking, onAsking } = props;
  const cancel = useMutation({
    mutationFn: () => cancelTrainingRun(run.id),
    onSuccess: (changed) => {
      queries.setQueryData(trainingRunQuery(run.id).queryKey, changed);
      onAsking(false);
    },
  });

  return (
    <>
      <Button variant="default" onClick={() => onAsking(true)}>
        {t("training.stop")}
      </Button>
      <Modal
        opened={asking}
        onClose={() => onAsking(false)}
        title={t("training.stopTitle")}
        closeButtonProps={{ "aria-label": t("events.close") }}
        centered
      >
        <Stack>
          <Text size="sm">{t("training.stopText")}</Text>
          <ProblemNote error={cancel.error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={() => onAsking(false)} data-autofocus>
              {t("training.keep")}
            </Button>
            <Button
              color="var(--critical)"
              loading={cancel.isPending}
              onClick={() => cancel.mutate()}
            >
              {t("training.stop")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
