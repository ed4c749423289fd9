import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeDeployment, type Deployment, deleteDeployment } from "../../api/deployments";
import { ProblemNote } from "../../parts/ProblemNote";
import { toDraft } from "../deploying/search";

type Asked = "pause" | "delete";

/** Change, pause and delete; what ends something asks first. */
export function Actions(props: { deployment: Deployment }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, revision, spec } = props.deployment;
  const [asked, setAsked] = useState<Asked>();
  const refresh = () => queries.invalidateQueries({ queryKey: ["deployments"] });
  const enable = useMutation({
    mutationFn: (enabled: boolean) => changeDeployment({ id, revision }, { enabled }),
    onSuccess: () => setAsked(undefined),
    onSettled: refresh,
  });
  const remove = useMutation({
    mutationFn: () => deleteDeployment(id),
    onSuccess: async () => {
      await navigate({ to: "/scenarios", search: { tab: "deployments" } });
      await refresh();
    },
  });

  return (
    <>
      {enable.error && !asked && <ProblemNote error={enable.error} />}
      <Button
        variant="default"
        onClick={() => void navigate({ to: "/deployments/new", search: toDraft(id, revision, spec) })}
      >
        {t("deployments.change")}
      </Button>
      {spec.enabled ? (
        <Button variant="default" onClick={() => setAsked("pause")}>
          {t("deployments.pause")}
        </Button>
      ) : (
        <Button loading={enable.isPending} onClick={() => enable.mutate(true)}>
          {t("deployments.resume")}
        </Button>
      )}
      <Button variant="subtle" c="var(--critical)" onClick={() => setAsked("delete")}>
        {t("deployments.delete")}
      </Button>
      {asked && (
        <Modal
          opened
          onClose={() => setAsked(undefined)}
          title={t(`deployments.ask.${asked}`)}
          closeButtonProps={{ "aria-label": t("deployments.cancel") }}
          centered
        >
          <Stack>
            <Text size="sm">{t(`deployments.askText.${asked}`)}</Text>
            <ProblemNote error={asked === "pause" ? enable.error : remove.error} />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={() => setAsked(undefined)}>
                {t("deployments.cancel")}
              </Button>
              <Button
                color={asked === "delete" ? "var(--critical)" : undefined}
                loading={enable.isPending || remove.isPending}
                onClick={() => (asked === "pause" ? enable.mutate(false) : remove.mutate())}
              >
                {t(`deployments.${asked}`)}
              </Button>
            </Group>
          </Stack>
        </Modal>
      )}
    </>
  );
}
