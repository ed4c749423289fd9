import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Situation, situationsQuery, switchOff, switchOn } from "../../api/situations";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { ProblemNote } from "../../parts/ProblemNote";

/** What a situation changes, before it is switched on; who switched it on, before it is switched off. */
export function SwitchSituation(props: {
  situation: Situation;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const { situation, onClose, onDone } = props;
  const { id, name, activation, plan } = situation;
  const [reason, setReason] = useState("");
  const change = useMutation({
    mutationFn: () => (activation ? switchOff(id) : switchOn(id, reason.trim())),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries(situationsQuery),
        queries.invalidateQueries({ queryKey: ["deployments"] }),
      ]);
      onDone();
    },
  });
  const action = t(activation ? "wall.switchOff" : "wall.switchOn");

  function submit(event: FormEvent): void {
    event.preventDefault();
    change.mutate();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t(activation ? "wall.switchOffOne" : "wall.switchOnOne", { name })}
      closeButtonProps={{ "aria-label": t("events.close") }}
      transitionProps={{ duration: 0 }}
      centered
    >
      <Stack component="form" onSubmit={submit}>
        {activation ? (
          <Text size="sm">
            {t("wall.offText", {
              by: activation.activated_by,
              time: clock(language, activation.activated_at),
              reason: activation.reason,
            })}
          </Text>
        ) : (
          <>
            <Text size="sm">
              {t("wall.onText", {
                deployments: plan.deployments?.length ?? 0,
                cameras: plan.wall?.camera_ids.length ?? 0,
              })}
            </Text>
            {plan.notify && plan.notify.length > 0 && (
              <Text size="sm">{t("wall.notifies", { who: plan.notify.join(", ") })}</Text>
            )}
            <TextInput
              label={t("wall.reason")}
              description={t("wall.reasonHint")}
              value={reason}
              onChange={({ currentTarget }) => setReason(currentTarget.value)}
              data-autofocus
              required
            />
          </>
        )}
        <ProblemNote error={change.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t("wall.cancel")}
          </Button>
          <Button type="submit" loading={change.isPending} disabled={!activation && !reason.trim()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
