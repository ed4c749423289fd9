import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cameraQuery } from "../api/cameras";
import { Problem } from "../api/problem";
import { useKeys } from "../keys/useKeys";
import { LinkMark } from "../live/LinkMark";
import { LiveTile } from "../live/LiveTile";
import { Empty } from "../parts/Empty";
import { ProblemNote } from "../parts/ProblemNote";
import { useMay } from "../parts/useMay";
import { Page } from "../shell/Page";
import classes from "./CameraPage.module.css";
import { CameraFacts } from "./cameras/CameraFacts";
import { CameraPlace } from "./cameras/CameraPlace";
import { CameraSettings } from "./cameras/CameraSettings";
import { Deployments } from "./cameras/Deployments";
import { Fitness } from "./cameras/Fitness";
import { HealthHistory } from "./cameras/HealthHistory";
import { PrivacyNote } from "./cameras/PrivacyNote";
import { RemoveCamera } from "./cameras/RemoveCamera";
import "./cameras/words";

/** One camera: its live picture, its state, the scenarios that look at it. */
export function CameraPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/inside/cameras/$id" });
  const query = useQuery(cameraQuery(id));
  const camera = query.data;
  const navigate = useNavigate();
  const toPrivacy = () => void navigate({ to: "/cameras/$id/privacy", params: { id } });
  const may = useMay();
  const changes = may("cameras.write");
  useKeys([{ press: "m", word: "cameraPages.editPrivacy", run: toPrivacy }], changes);
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
            {may("deployments.write") && (
              <Link to="/deployments/new" search={{ cameras: [id] }}>
                {t("cameraPages.deployHere")} →
              </Link>
            )}
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
          <div className={classes.side}>
            {may("live.read") && <LiveTile key={id} camera={camera} boxes />}
            <HealthHistory id={id} />
          </div>
          <div className={classes.side}>
            <CameraFacts camera={camera} />
            {may("deployments.read") && <Deployments cameraId={id} />}
            <Fitness camera={camera} />
            {changes && (
              <>
                <PrivacyNote camera={camera} />
                <CameraSettings key={`${id} settings`} camera={camera} />
                <CameraPlace key={id} camera={camera} />
                <RemoveCamera camera={camera} />
              </>
            )}
          </div>
        </div>
      )}
    </Page>
  );
}
