import { Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { camerasQuery, cameraToChangeQuery, changeCamera } from "../api/cameras";
import { ProblemNote } from "../parts/ProblemNote";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import { Editor } from "./cameras/drawing/Editor";
import { type Drawn, ofPrivacyAreas, toPrivacyAreas } from "./cameras/drawing/shapes";
import "./cameras/words";

/** What nobody may see of a camera's picture. */
export function CameraPrivacy() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/inside/cameras/$id/privacy" });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const query = useQuery(cameraToChangeQuery(id));
  const read = query.data;
  const shapes = useMemo(() => ofPrivacyAreas(read?.camera.spec.privacy_areas ?? []), [read]);
  const save = useMutation({
    mutationFn: (drawn: Drawn[]) =>
      changeCamera(id, read?.etag ?? "", { privacy_areas: toPrivacyAreas(drawn) }),
    onSuccess: async () => {
      await queries.invalidateQueries(camerasQuery);
      await navigate({ to: "/cameras/$id", params: { id } });
    },
  });

  return (
    <Page
      title={read ? t("cameraPages.privacyOf", { camera: read.camera.name }) : " "}
      actions={
        <Link to="/cameras/$id" params={{ id }}>
          {t("cameraPages.toCamera")} →
        </Link>
      }
    >
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Waiting height={400} />}
      {read && (
        <Editor
          key={read.etag}
          camera={read.camera}
          shapes={shapes}
          tools={["private"]}
          hint={<Text size="sm">{t("cameraPages.privacyHint")}</Text>}
          saving={save.isPending}
          error={save.error}
          onSave={(drawn) => save.mutate(drawn)}
        />
      )}
    </Page>
  );
}
