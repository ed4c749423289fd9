import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../../parts/ProblemNote";

/** Asks before something that others notice. */
export function Confirm(props: {
  title: string;
  text: string;
  /** What the button says. */
  word: string;
  destroys?: boolean;
  busy: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={props.title}
      centered
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": t("administration.cancel") }}
    >
      <Stack>
        <Text size="sm">{props.text}</Text>
        <ProblemNote error={props.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={props.onClose}>
            {t("administration.cancel")}
          </Button>
          <Button
            color={props.destroys ? "var(--critical)" : undefined}
            loading={props.busy}
            onClick={props.onConfirm}
            data-autofocus
          >
            {props.word}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
