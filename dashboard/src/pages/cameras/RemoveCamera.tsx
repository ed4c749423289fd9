import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Camera, camerasQuery, removeCamera } from "../../api/cameras";
import { ProblemNote } from "../../parts/ProblemNote";

export function RemoveCamera(props: { camera: Camera }) {
  const { t } = useTranslation();
  const { id, name } = props.camera;
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeCamera(id),
    onSuccess: async () => {
      await navigate({ to: "/cameras" });
      await queries.invalidateQueries(camerasQuery);
    },
  });

  return (
    <>
      <Button variant="subtle" c="var(--critical)" w="fit-content" px={0} onClick={() => setAsking(true)}>
        {t("camera.remove")}
      </Button>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={t("camera.removeTitle", { name })}
        closeButtonProps={{ "aria-label": t("events.close") }}
        centered
      >
        <Stack>
          <Text size="sm">{t("camera.removeText")}</Text>
          <ProblemNote error={remove.error} />
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={() => setAsking(false)}>
              {t("camera.cancel")}
            </Button>
            <Button
              color="var(--critical)"
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              {t("camera.remove")}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
