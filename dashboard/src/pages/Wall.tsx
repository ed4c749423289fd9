import { Button, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../api/cameras";
import { Empty } from "../parts/Empty";
import { EventDialog } from "../parts/EventDialog";
import { ProblemNote } from "../parts/ProblemNote";
import { LinkMark } from "../live/LinkMark";
import { LatestEvents } from "./wall/LatestEvents";
import { Tiles } from "./wall/Tiles";
import classes from "./Wall.module.css";

/** All cameras live, and the events as they come. */
export function Wall() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/" });
  const { event } = useSearch({ from: "/inside/" });
  const [boxes, setBoxes] = useState(true);
  const cameras = useQuery(camerasQuery);
  const all = cameras.data ?? [];
  const online = all.filter((camera) => camera.status.state === "online").length;

  function choose(id: string | undefined): void {
    void navigate({ search: { event: id } });
  }

  return (
    <div className={classes.wall}>
      <section className={classes.pictures}>
        <div className={classes.status}>
          <h1>{t("wall.title")}</h1>
          <span>{t("wall.summary", { online, total: all.length })}</span>
          <LinkMark />
          <Switch
            className={classes.switch}
            size="xs"
            label={t("wall.boxes")}
            checked={boxes}
            onChange={(change) => setBoxes(change.currentTarget.checked)}
          />
        </div>
        <ProblemNote error={cameras.error} onRetry={() => void cameras.refetch()} />
        {cameras.isSuccess && all.length === 0 && (
          <Empty text={t("wall.empty")}>
            <Button component={Link} to="/cameras/new">
              {t("wall.addFirst")}
            </Button>
          </Empty>
        )}
        <Tiles cameras={all} boxes={boxes} />
      </section>
      <LatestEvents chosen={event} onChoose={choose} />
      {event && <EventDialog id={event} onClose={() => choose(undefined)} />}
    </div>
  );
}
