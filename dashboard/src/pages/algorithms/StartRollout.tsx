import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Version } from "../../api/algorithms";
import { deploymentsQuery } from "../../api/deployments";
import { startRollout } from "../../api/rollouts";
import { ProblemNote } from "../../parts/ProblemNote";
import { useDeploymentName } from "./useDeploymentName";

/** A rollout begins in shadow. Whether a deployment can take the version, the platform says. */
export function StartRollout(props: { version: Version; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { version, onClose } = props;
  const reference = `${version.name}@${version.version}`;
  const [deployment, setDeployment] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const deployments = useQuery(deploymentsQuery);
  const nameOf = useDeploymentName();
  const start = useMutation({
    mutationFn: (id: string) => startRollout(id, reference, reason.trim()),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["rollouts"] });
      onClose();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (deployment) start.mutate(deployment);
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("algorithms.startTitle", { version: reference })}
      closeButtonProps={{ "aria-label": t("events.close") }}
      centered
    >
      <Stack component="form" onSubmit={submit}>
        <Text size="sm">{t("algorithms.startText")}</Text>
        <Select
          label={t("algorithms.deployment")}
          data={(deployments.data ?? []).map((one) => ({ value: one.id, label: nameOf(one) }))}
          nothingFoundMessage={t("algorithms.noDeployment")}
          value={deployment}
          onChange={setDeployment}
          searchable
          required
        />
        <TextInput
          label={t("algorithms.reason")}
          description={t("algorithms.reasonHint")}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          required
        />
        <ProblemNote error={start.error ?? deployments.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("algorithms.cancel")}
          </Button>
          <Button type="submit" loading={start.isPending} disabled={!deployment || !reason.trim()}>
            {t("algorithms.start")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
