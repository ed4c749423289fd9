import { ActionIcon, Button, Select, Switch, VisuallyHidden } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Camera, camerasQuery } from "../api/cameras";
import { eventsQuery } from "../api/events";
import { situationsQuery } from "../api/situations";
import { GRIDS, wallViewsQuery } from "../api/wallViews";
import { LinkMark } from "../live/LinkMark";
import { Empty } from "../parts/Empty";
import { EventDialog } from "../parts/EventDialog";
import { ProblemNote } from "../parts/ProblemNote";
import { Waiting } from "../parts/Waiting";
import classes from "./Wall.module.css";
import { AlarmSlot } from "./wall/AlarmSlot";
import { Enlarged } from "./wall/Enlarged";
import { LatestEvents } from "./wall/LatestEvents";
import { leaveField } from "./wall/leaveField";
import { Pager } from "./wall/Pager";
import type { WallSearch } from "./wall/search";
import { Situations } from "./wall/Situations";
import { type Overlay, Tiles } from "./wall/Tiles";
import { useAlarms } from "./wall/useAlarms";
import { useFullScreen } from "./wall/useFullScreen";
import { usePatrol } from "./wall/usePatrol";
import { useShapes } from "./wall/useShapes";
import { useWallKeys } from "./wall/useWallKeys";
import { type ShownView, viewOf } from "./wall/view";
import { ViewPicker } from "./wall/ViewPicker";

const NO_SHAPES: Overlay["shapes"] = new Map();

/** Cameras live, page by page; the alarm that is forward, and the events as they come. */
export function Wall() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/" });
  const search = useSearch({ from: "/inside/" });
  const [boxes, setBoxes] = useState(true);
  const [zones, setZones] = useState(true);
  const [form, setForm] = useState(false);
  const tiles = useRef<HTMLDivElement>(null);
  const full = useFullScreen();
  const shapes = useShapes();
  const overlay = { boxes, shapes: zones ? shapes : NO_SHAPES };

  const cameras = useQuery(camerasQuery);
  const views = useQuery(wallViewsQuery);
  const situations = useQuery(situationsQuery);
  const failed = [cameras, views, situations].find(({ error }) => error);
  const known = {
    cameras: cameras.data ?? [],
    views: views.data ?? [],
    situations: situations.data ?? [],
  };
  const ready = cameras.isSuccess && views.isSuccess && situations.isSuccess;
  const view = ready ? viewOf(search, known) : undefined;
  const pages = view?.pages ?? [[]];
  const page = Math.min(search.page ?? 1, pages.length);
  const shown = pages[page - 1] ?? [];
  const enlarged = view?.cameras.find(({ id }) => id === search.camera);

  const events = useInfiniteQuery(eventsQuery({ division: search.division }));
  const alarm = useAlarms(useEventsOf(events.data, view), view?.key ?? "");
  const alarmCamera = view?.cameras.find(({ id }) => id === alarm.event?.camera.id);

  function go(next: WallSearch, replace = false): void {
    void navigate({ search: { ...search, ...next }, replace });
  }
  function turnTo(next: number, replace = false): void {
    const turned = ((next - 1 + pages.length) % pages.length) + 1;
    go({ page: turned > 1 ? turned : undefined, camera: undefined }, replace);
  }
  function enlargeNext(step: number): void {
    const at = shown.findIndex(({ id }) => id === enlarged?.id);
    const next = shown[(at + step + shown.length) % shown.length];
    if (next) go({ camera: next.id }, true);
  }
  const togglePatrol = () => go({ patrol: search.patrol ? undefined : true, page: undefined });

  const busy = form || search.event !== undefined;
  const held = busy || alarm.event !== undefined || enlarged !== undefined;
  const patrol = search.patrol ? (held ? "paused" : "on") : "off";
  const seconds = patrol === "on" && pages.length > 1 ? view?.secondsOf(shown) : undefined;
  usePatrol(`${view?.key} ${page}`, seconds, () => turnTo(page + 1, true));
  useWallKeys(
    {
      tiles,
      grid: (grid) => go({ grid, page: undefined, camera: undefined }),
      turn: (step) => turnTo(page + step),
      patrol: togglePatrol,
      boxes: () => setBoxes(!boxes),
      zones: () => setZones(!zones),
      fullScreen: full.toggle,
      acknowledge: alarm.acknowledge,
      enlargeNext,
      back: () => go({ camera: undefined }),
    },
    { on: !busy, enlarged: enlarged !== undefined },
  );
  useFocusBack(tiles.current, enlarged);

  const online = view?.cameras.filter(({ status }) => status.state === "online").length;
  return (
    <div className={classes.wall} data-full={full.on}>
      <section className={classes.pictures}>
        <div className={classes.bar}>
          <VisuallyHidden component="h1">{t("wall.title")}</VisuallyHidden>
          <ViewPicker
            shown={view}
            search={search}
            {...known}
            onChoose={(next) => void navigate({ search: next })}
            onForm={setForm}
          />
          <Select
            size="xs"
            w={72}
            aria-label={t("wall.grid")}
            data={GRIDS.map(String)}
            value={view ? String(view.grid) : null}
            onChange={(value) =>
              go({ grid: GRIDS.find((grid) => String(grid) === value), page: undefined })
            }
            onOptionSubmit={leaveField}
            allowDeselect={false}
          />
          <Pager
            page={page}
            pages={pages.length}
            patrol={patrol}
            patrolPossible={pages.length > 1 || (view !== undefined && hasDivisions(view))}
            onPage={turnTo}
            onPatrol={togglePatrol}
          />
          <LinkMark
            well={view && <span>{t("wall.summary", { online, total: view.cameras.length })}</span>}
          />
          <div className={classes.right}>
            <Situations
              situations={known.situations}
              shown={search.situation}
              onShow={(situation) => void navigate({ search: { situation } })}
              onForm={setForm}
            />
            <Switch
              size="xs"
              label={t("wall.boxes")}
              checked={boxes}
              onChange={({ currentTarget }) => setBoxes(currentTarget.checked)}
            />
            <Switch
              size="xs"
              label={t("wall.zones")}
              checked={zones}
              onChange={({ currentTarget }) => setZones(currentTarget.checked)}
            />
            {full.possible && (
              <ActionIcon
                size="sm"
                variant="default"
                aria-label={t(full.on ? "wall.leaveFullScreen" : "wall.fullScreen")}
                title={t(full.on ? "wall.leaveFullScreen" : "wall.fullScreen")}
                onClick={full.toggle}
              >
                ⛶
              </ActionIcon>
            )}
          </div>
        </div>
        <ProblemNote error={failed?.error ?? null} onRetry={() => void failed?.refetch()} />
        <div className={classes.stage}>
          {!ready && !failed && <Waiting height={400} />}
          {ready && known.cameras.length === 0 && (
            <Empty text={t("wall.empty")}>
              <Button component={Link} to="/cameras/new">
                {t("wall.addFirst")}
              </Button>
            </Empty>
          )}
          {ready && known.cameras.length > 0 && !view?.cameras.length && (
            <Empty text={t(view ? "wall.noCameras" : "wall.gone")}>
              <Link to="/">{t("wall.all")}</Link>
            </Empty>
          )}
          {view && (
            <Tiles
              cameras={shown}
              grid={view.grid}
              overlay={overlay}
              hidden={enlarged !== undefined}
              alarm={alarm.event && { camera: alarm.event.camera.id, severity: alarm.event.severity }}
              tiles={tiles}
              onEnlarge={({ id }) => go({ camera: id })}
            />
          )}
          {enlarged && (
            <Enlarged
              camera={enlarged}
              overlay={overlay}
              onClose={() => go({ camera: undefined })}
            />
          )}
        </div>
      </section>
      <div className={classes.side}>
        <AlarmSlot
          alarm={alarm}
          camera={alarmCamera}
          overlay={overlay}
          onOpen={(event) => go({ event })}
        />
        <LatestEvents
          events={events}
          division={search.division}
          chosen={search.event}
          onChoose={(event) => go({ event })}
        />
      </div>
      {search.event && (
        <EventDialog id={search.event} onClose={() => go({ event: undefined })} />
      )}
    </div>
  );
}

/** Those events that may become alarms here: of the view's cameras, on whichever page. */
function useEventsOf<T extends { camera: { id: string } }>(
  events: T[] | undefined,
  view: ShownView | undefined,
): T[] | undefined {
  const ids = view?.cameras.map(({ id }) => id).join(" ");
  return useMemo(() => {
    const here = new Set(ids?.split(" "));
    return ids === undefined ? undefined : events?.filter(({ camera }) => here.has(camera.id));
  }, [events, ids]);
}

function hasDivisions({ key, cameras }: ShownView): boolean {
  return key === "all" && new Set(cameras.map(({ spec }) => spec.division)).size > 1;
}

/** Back from an enlarged camera the focus is on its tile again. */
function useFocusBack(tiles: HTMLElement | null, enlarged: Camera | undefined): void {
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (!enlarged && before.current) {
      tiles?.querySelector<HTMLElement>(`[data-tile="${before.current}"]`)?.focus();
    }
    before.current = enlarged?.id;
  }, [tiles, enlarged]);
}
