import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import {
  changeDeployment,
  createDeployment,
  type DeploymentOrder,
  deploymentQuery,
} from "../../api/deployments";
import { Problem } from "../../api/problem";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { Facts } from "../../parts/Facts";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { useSpecWords } from "../deployments/useSpecWords";
import type { StepProps } from "./part";
import { TrialPanel } from "./TrialPanel";
import { changesOf, STEPS, type Step } from "./search";

/** Step 4: try it on what was recorded, look at it once more, and let it watch. */
export function StepConfirm(
  props: StepProps & {
    order: DeploymentOrder;
    wrong: Set<Step>;
    onGo: (step: Step) => void;
  },
) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { draft, scenario, order, problem, wrong, onGo, onEdit } = props;
  const [force, setForce] = useState(false);
  const cameras = useQuery(camerasQuery).data ?? [];
  const words = useSpecWords(scenario, cameras);
  const before = useQuery({ ...deploymentQuery(draft.of ?? ""), enabled: draft.of !== undefined });
  const save = useMutation({
    mutationFn: () =>
      before.data
        ? changeDeployment(
            { id: before.data.id, revision: draft.revision ?? before.data.revision },
            changesOf(before.data.spec, draft),
            force,
          )
        : createDeployment(order, force),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["deployments"] });
      await navigate({ to: "/deployments/$id", params: { id } });
    },
  });
  const full = [problem, save.error].some(
    (one) => one instanceof Problem && one.kind === "no-capacity",
  );
  const blocked = STEPS.filter((step) => wrong.has(step) && !(force && full));
  const waits = draft.of !== undefined && !before.data;
  const same = before.data && Object.keys(changesOf(before.data.spec, draft)).length === 0;

  return (
    <Stack gap="sm">
      <TrialPanel
        key={draft.trial}
        order={order}
        trialId={draft.trial}
        onTrial={(trial) => onEdit({ trial })}
      />
      <Panel title={t("deploying.summary")}>
        <Facts
          facts={[
            [
              t("deploying.scenario"),
              scenario && inLanguage(language, scenario.title_zh, scenario.title_en),
            ],
            ...words.all(order),
          ]}
        />
        <Stack gap="md" mt="md">
          <ProblemNote error={save.error ?? problem ?? before.error} />
          {blocked.map((step) => (
            <Text key={step} size="sm">
              {t("deploying.mend")}{" "}
              <Button size="compact-sm" variant="subtle" onClick={() => onGo(step)}>
                {t(`deploying.step.${step}`)}
              </Button>
            </Text>
          ))}
          {same && (
            <Text size="sm" c="dimmed">
              {t("deploying.same")}
            </Text>
          )}
          {full && (
            <Checkbox
              label={t("deploying.force")}
              checked={force}
              onChange={({ currentTarget }) => setForce(currentTarget.checked)}
            />
          )}
          <Group>
            <Button
              loading={save.isPending}
              disabled={blocked.length > 0 || waits || same}
              onClick={() => save.mutate()}
            >
              {t(draft.of ? "deploying.save" : "deploying.deploy")}
            </Button>
          </Group>
        </Stack>
      </Panel>
    </Stack>
  );
}
