import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Deployment, deploymentsQuery, withdraw } from "../../api/deployments";
import { scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { ProblemNote } from "../../parts/ProblemNote";
import { useMay } from "../../parts/useMay";
import { DeployForm } from "./DeployForm";

/** The scenarios that look at one camera, and the form to set one more to work. */
export function Deployments(props: { cameraId: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const may = useMay()("deployments.write");
  const deployments = useQuery(deploymentsQuery);
  const remove = useMutation({
    mutationFn: (deployment: Deployment) => withdraw(props.cameraId, deployment),
    onSettled: () => queries.invalidateQueries(deploymentsQuery),
  });
  const here = deployments.data?.filter(({ camera_ids }) => camera_ids.includes(props.cameraId));

  return (
    <Stack gap="sm">
      <Title order={2}>{t("deployment.title")}</Title>
      <ProblemNote error={deployments.error ?? remove.error} />
      {here?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("deployment.none")}
        </Text>
      )}
      {here?.map((deployment) => (
        <Row
          key={deployment.id}
          cameraId={props.cameraId}
          deployment={deployment}
          busy={remove.isPending}
          onRemove={may ? () => remove.mutate(deployment) : undefined}
        />
      ))}
      {may && <DeployForm cameraId={props.cameraId} />}
    </Stack>
  );
}

function Row(props: { cameraId: string; deployment: Deployment; busy: boolean; onRemove?: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { scenario, algorithm } = props.deployment.spec;
  const known = useQuery(scenariosQuery).data?.find(({ id }) => id === scenario);
  const title = known ? inLanguage(language, known.title_zh, known.title_en) : scenario;
  const params = { id: props.cameraId, deployment: props.deployment.id };
  const others = props.deployment.camera_ids.length - 1;
  const notes = [algorithm, others > 0 && t("deployment.shared", { count: others })];

  return (
    <Group justify="space-between" gap="sm" wrap="nowrap">
      <div>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {notes.filter(Boolean).join(" · ")}
        </Text>
        {props.onRemove && (
          <Group gap="md">
            <Link to="/cameras/$id/zones/$deployment" params={params}>
              {t("cameraPages.editZones")}
            </Link>
            <Link to="/cameras/$id/schedule/$deployment" params={params}>
              {t("cameraPages.editSchedule")}
            </Link>
          </Group>
        )}
      </div>
      {props.onRemove && (
        <Button
          size="compact-sm"
          variant="subtle"
          disabled={props.busy}
          onClick={props.onRemove}
        >
          {t("deployment.remove")}
        </Button>
      )}
    </Group>
  );
}
