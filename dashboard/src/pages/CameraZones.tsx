import { Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { cameraQuery } from "../api/cameras";
import { deploymentsQuery, deploymentToChangeQuery, drawZones } from "../api/deployments";
import { scenariosQuery } from "../api/scenarios";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { ProblemNote } from "../parts/ProblemNote";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import { Editor } from "./cameras/drawing/Editor";
import { type Drawn, ofZones, toZones } from "./cameras/drawing/shapes";
import "./cameras/words";

/** Where in a camera's picture a deployment looks. */
export function CameraZones() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { id, deployment: deploymentId } = useParams({
    from: "/inside/cameras/$id/zones/$deployment",
  });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const camera = useQuery(cameraQuery(id)).data;
  const scenarios = useQuery(scenariosQuery).data;
  const query = useQuery(deploymentToChangeQuery(deploymentId));
  const deployment = query.data;
  const spec = deployment?.spec;
  const shapes = useMemo(
    () => ofZones(spec?.zones_by_camera[id] ?? spec?.zones ?? []),
    [spec, id],
  );
  const save = useMutation({
    mutationFn: async (drawn: Drawn[]) => {
      if (!deployment) return;
      await drawZones(deployment, id, toZones(drawn));
    },
    onSuccess: async () => {
      await queries.invalidateQueries(deploymentsQuery);
      await navigate({ to: "/cameras/$id", params: { id } });
    },
  });
  const known = scenarios?.find((scenario) => scenario.id === spec?.scenario);
  const scenario = known && inLanguage(language, known.title_zh, known.title_en);
  const others = (deployment?.camera_ids.length ?? 1) > 1;

  return (
    <Page
      title={
        camera && spec
          ? t("cameraPages.zonesOf", { scenario: scenario ?? spec.scenario, camera: camera.name })
          : " "
      }
      actions={
        <Link to="/cameras/$id" params={{ id }}>
          {t("cameraPages.toCamera")} →
        </Link>
      }
    >
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {!(camera && deployment) && !query.error && <Waiting height={400} />}
      {camera && deployment && (
        <Editor
          key={deployment.revision}
          camera={camera}
          shapes={shapes}
          tools={["include", "exclude", "line"]}
          hint={
            <Text size="sm">
              {t("cameraPages.zonesHint")} {others && t("cameraPages.shared")}
            </Text>
          }
          saving={save.isPending}
          error={save.error}
          onSave={(drawn) => save.mutate(drawn)}
        />
      )}
    </Page>
  );
}
