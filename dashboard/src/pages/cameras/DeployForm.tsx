import { Button, Select, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { algorithmsQuery } from "../../api/algorithms";
import { deploy, deploymentsQuery } from "../../api/deployments";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { ProblemNote } from "../../parts/ProblemNote";
import { useQueryIfMay } from "../../parts/useQueryIfMay";
import { ScenarioSelect } from "./ScenarioSelect";

export function DeployForm(props: { cameraId: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const [scenario, setScenario] = useState<string | null>(null);
  const [algorithm, setAlgorithm] = useState<string | null>(null);
  const algorithms = useQueryIfMay("algorithms.read", algorithmsQuery).data ?? [];
  const start = useMutation({
    mutationFn: (chosen: string) => deploy(props.cameraId, chosen, algorithm),
    onSuccess: async () => {
      setScenario(null);
      setAlgorithm(null);
      await queries.invalidateQueries(deploymentsQuery);
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (scenario) start.mutate(scenario);
  }

  return (
    <Stack component="form" gap="sm" onSubmit={submit}>
      <ScenarioSelect value={scenario} onChange={setScenario} />
      <Select
        label={t("deployment.algorithm")}
        placeholder={t("deployment.byScenario")}
        data={algorithms.map(({ name, title_zh, title_en }) => ({
          value: name,
          label: inLanguage(language, title_zh, title_en),
        }))}
        value={algorithm}
        onChange={setAlgorithm}
        clearable
      />
      <ProblemNote error={start.error} />
      <Button type="submit" variant="default" loading={start.isPending} disabled={!scenario}>
        {t("deployment.deploy")}
      </Button>
    </Stack>
  );
}
