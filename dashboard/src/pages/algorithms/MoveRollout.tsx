import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { moveRollout, type Rollout } from "../../api/rollouts";
import { ProblemNote } from "../../parts/ProblemNote";

export type Step = { to: "canary"; percent: number } | { to: "live" } | { to: "rolled_back" };

const WORDS = { canary: "states.canary", live: "toLive", rolled_back: "back" };

/** A step changes what cameras watch by, so it is confirmed and has a reason. */
export function MoveRollout(props: { rollout: Rollout; step: Step; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { rollout, step, onClose } = props;
  const [reason, setReason] = useState("");
  const [percent, setPercent] = useState<number | string>(step.to === "canary" ? step.percent : "");
  const move = useMutation({
    mutationFn: () =>
      moveRollout(rollout, {
        state: step.to,
        reason: reason.trim(),
        percent: step.to === "canary" ? Number(percent) : null,
      }),
    onSuccess: onClose,
    // Also after a refusal: somebody else may have taken a step.
    onSettled: () => queries.invalidateQueries({ queryKey: ["rollouts"] }),
  });
  const word = t(`algorithms.${WORDS[step.to]}`);

  function submit(event: FormEvent): void {
    event.preventDefault();
    move.mutate();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("algorithms.moveTitle", { step: word, version: rollout.candidate })}
      closeButtonProps={{ "aria-label": t("events.close") }}
      centered
    >
      <Stack component="form" onSubmit={submit}>
        <Text size="sm">
          {step.to === "rolled_back"
            ? t("algorithms.backText", { champion: rollout.champion })
            : t("algorithms.moveText", {
                state: t(`algorithms.states.${rollout.state}`),
                percent: rollout.percent,
              })}
        </Text>
        {step.to === "canary" && (
          <NumberInput
            label={t("algorithms.canaryPercent")}
            min={rollout.percent + 1}
            max={99}
            value={percent}
            onChange={setPercent}
          />
        )}
        <TextInput
          label={t("algorithms.reason")}
          description={t("algorithms.reasonHint")}
          value={reason}
          onChange={({ currentTarget }) => setReason(currentTarget.value)}
          data-autofocus
          required
        />
        <ProblemNote error={move.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("algorithms.cancel")}
          </Button>
          <Button type="submit" loading={move.isPending} disabled={!reason.trim()}>
            {word}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
