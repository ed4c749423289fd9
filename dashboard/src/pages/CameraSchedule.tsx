import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { changeDeployment, deploymentsQuery, deploymentToChangeQuery } from "../api/deployments";
import { scenariosQuery } from "../api/scenarios";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { ProblemNote } from "../parts/ProblemNote";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import { ScheduleForm } from "./cameras/schedule/ScheduleForm";
import type { Schedule } from "./cameras/schedule/week";
import "./cameras/words";

/** When a deployment of a camera applies. */
export function CameraSchedule() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id, deployment: deploymentId } = useParams({
    from: "/inside/cameras/$id/schedule/$deployment",
  });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const scenarios = useQuery(scenariosQuery).data;
  const query = useQuery(deploymentToChangeQuery(deploymentId));
  const deployment = query.data;
  const save = useMutation({
    mutationFn: async (schedule: Schedule | null) => {
      if (deployment) await changeDeployment(deployment, { schedule });
    },
    onSuccess: async () => {
      await queries.invalidateQueries(deploymentsQuery);
      await navigate({ to: "/cameras/$id", params: { id } });
    },
  });
  const known = scenarios?.find((scenario) => scenario.id === deployment?.spec.scenario);
  const scenario = known && inLanguage(language, known.title_zh, known.title_en);

  return (
    <Page
      title={
        deployment
          ? t("cameraPages.scheduleOf", { scenario: scenario ?? deployment.spec.scenario })
          : " "
      }
      actions={
        <Link to="/cameras/$id" params={{ id }}>
          {t("cameraPages.toCamera")} →
        </Link>
      }
    >
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Waiting height={300} />}
      {deployment && (
        <ScheduleForm
          key={deployment.revision}
          schedule={deployment.spec.schedule}
          cameras={deployment.camera_ids.length}
          saving={save.isPending}
          error={save.error}
          onSave={(schedule) => save.mutate(schedule)}
        />
      )}
    </Page>
  );
}
