import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cameraQuery } from "../api/cameras";
import { Problem } from "../api/problem";
import { LinkMark } from "../live/LinkMark";
import { LiveTile } from "../live/LiveTile";
import { Empty } from "../parts/Empty";
import { ProblemNote } from "../parts/ProblemNote";
import { Page } from "../shell/Page";
import classes from "./CameraPage.module.css";
import { CameraFacts } from "./cameras/CameraFacts";
import { CameraPlace } from "./cameras/CameraPlace";
import { Deployments } from "./cameras/Deployments";
import { RemoveCamera } from "./cameras/RemoveCamera";

/** One camera: its live picture, its state, the scenarios that look at it. */
export function CameraPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/inside/cameras/$id" });
  const query = useQuery(cameraQuery(id));
  const camera = query.data;
  if (query.error instanceof Problem && query.error.status === 404) {
    return (
      <Empty text={t("camera.notFound")}>
        <Link to="/cameras">{t("cameras.title")}</Link>
      </Empty>
    );
  }

  return (
    <Page
      title={camera?.name ?? " "}
      actions={
        camera && (
          <>
            <LinkMark />
            <Link to="/events" search={{ camera_id: id }}>
              {t("camera.itsEvents")} →
            </Link>
          </>
        )
      }
    >
      <ProblemNote error={query.error} onRetry={() => void query.refetch()} />
      {camera && (
        <div className={classes.columns}>
          <LiveTile key={id} camera={camera} boxes />
          <div className={classes.side}>
            <CameraFacts camera={camera} />
            <Deployments cameraId={id} />
            <CameraPlace key={id} camera={camera} />
            <RemoveCamera camera={camera} />
          </div>
        </div>
      )}
    </Page>
  );
}
