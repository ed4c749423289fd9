import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem";
import { changePassword } from "../api/session";
import { ProblemNote } from "../parts/ProblemNote";

const SHORTEST = 10;

/** The old password, and a new one twice. */
export function PasswordDialog(props: { name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { name, onClose } = props;
  const [old, setOld] = useState("");
  const [chosen, setChosen] = useState("");
  const [repeated, setRepeated] = useState("");
  const differs = repeated !== "" && repeated !== chosen;
  const change = useMutation({ mutationFn: () => changePassword(name, old, chosen) });
  const { error } = change;
  const wrong = error instanceof Problem && error.status === 403;

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (chosen === repeated) change.mutate();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={t("password.title")}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": t("events.close") }}
      centered
    >
      {change.isSuccess ? (
        <Stack>
          <Text size="sm" role="status">
            {t("password.done")}
          </Text>
          <Button ml="auto" onClick={onClose} data-autofocus>
            {t("events.close")}
          </Button>
        </Stack>
      ) : (
        <Stack component="form" onSubmit={submit}>
          <input hidden readOnly autoComplete="username" value={name} />
          <PasswordInput
            label={t("password.old")}
            value={old}
            onChange={({ currentTarget }) => {
              setOld(currentTarget.value);
              if (wrong) change.reset();
            }}
            error={wrong && t("password.wrong")}
            autoComplete="current-password"
            data-autofocus
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={t("password.new")}
            description={t("password.hint")}
            value={chosen}
            onChange={({ currentTarget }) => setChosen(currentTarget.value)}
            autoComplete="new-password"
            minLength={SHORTEST}
            maxLength={200}
            required
            withAsterisk={false}
          />
          <PasswordInput
            label={t("password.repeat")}
            value={repeated}
            onChange={({ currentTarget }) => setRepeated(currentTarget.value)}
            error={differs && t("password.differs")}
            autoComplete="new-password"
            required
            withAsterisk={false}
          />
          {!wrong && <ProblemNote error={error} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t("password.cancel")}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={differs}>
              {t("password.change")}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
