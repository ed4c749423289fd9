import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type Camera, cameraQuery } from "../../api/cameras";
import { eventsQuery } from "../../api/events";
import type { MapPeriod } from "../../api/map";
import { LiveTile } from "../../live/LiveTile";
import { EventRow } from "../../parts/EventRow";
import { Facts } from "../../parts/Facts";
import { ProblemNote } from "../../parts/ProblemNote";
import { StateMark } from "../../parts/StateMark";
import { useMay } from "../../parts/useMay";
import { useReason } from "../../parts/useReason";
import { Waiting } from "../../parts/Waiting";
import classes from "./Drawer.module.css";
import type { Chosen } from "./scene";
import { sinceOf } from "./time";

export function ChosenCamera(props: {
  id: string;
  period: MapPeriod;
  onChoose: (chosen: Chosen) => void;
}) {
  const { t } = useTranslation();
  const { id, period, onChoose } = props;
  const may = useMay();
  const { data: camera, error, refetch } = useQuery(cameraQuery(id));
  // The minute in which it was opened: while it goes on, new events still come in.
  const since = useMemo(() => sinceOf(period.hours, period.until), [period.hours, period.until]);
  const events = useInfiniteQuery(eventsQuery({ camera_id: id, since, until: period.until }));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!camera) return <Waiting />;
  return (
    <>
      <h2>{camera.name}</h2>
      {may("live.read") && <LiveTile key={id} camera={camera} boxes />}
      <div className={classes.links}>
        <Link to="/cameras/$id" params={{ id }}>
          {t("map.itsPage")} →
        </Link>
        <Link to="/events" search={{ camera_id: id }}>
          {t("map.itsEvents")} →
        </Link>
      </div>
      <CameraFacts camera={camera} />
      <h3>{t("map.duringThisTime")}</h3>
      <ProblemNote error={events.error} onRetry={() => void events.refetch()} />
      {events.data?.length === 0 && <p className={classes.none}>{t("map.noneInThisTime")}</p>}
      {events.data?.map((event) => (
        <EventRow
          key={event.id}
          event={event}
          chosen={false}
          onChoose={(event_id) => onChoose({ event: event_id })}
        />
      ))}
    </>
  );
}

function CameraFacts({ camera: { spec, status } }: { camera: Camera }) {
  const { t } = useTranslation();
  const reason = useReason();
  const { heading_deg, fov_deg, height_m, lon, lat } = spec;
  const looks = heading_deg !== null && fov_deg !== null;
  return (
    <Facts
      facts={[
        [t("camera.state"), <StateMark key="state" state={status.state} />],
        [t("cameras.reason"), reason(status) || undefined],
        [t("map.division"), spec.division],
        [t("map.place"), lon !== null && lat !== null ? `${lon}, ${lat}` : undefined],
        [
          t("map.looks"),
          looks ? t("map.looksTo", { heading: heading_deg, fov: fov_deg }) : undefined,
        ],
        [t("map.height"), height_m === null ? undefined : t("map.metres", { count: height_m })],
      ]}
    />
  );
}
