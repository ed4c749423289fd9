import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { type Event, eventsQuery } from "../api/events";
import { EventDialog } from "../parts/EventDialog";
import classes from "./Wall.module.css";
import { AlarmSlot } from "./wall/AlarmSlot";
import { Bar } from "./wall/Bar";
import { LatestEvents } from "./wall/LatestEvents";
import type { WallSearch } from "./wall/search";
import { Stage } from "./wall/Stage";
import type { Overlay } from "./wall/Tiles";
import { useAlarms } from "./wall/useAlarms";
import { useFocusBack } from "./wall/useFocusBack";
import { useFullScreen } from "./wall/useFullScreen";
import { usePatrol } from "./wall/usePatrol";
import { useShapes } from "./wall/useShapes";
import { useWall } from "./wall/useWall";
import { useWallKeys } from "./wall/useWallKeys";
import type { ShownView } from "./wall/view";
import "./wall/words";

const NO_SHAPES: Overlay["shapes"] = new Map();

/** Cameras live, page by page; the alarm that is forward, and the events as they come. */
export function Wall() {
  const navigate = useNavigate({ from: "/" });
  const search = useSearch({ from: "/inside/" });
  const [boxes, setBoxes] = useState(true);
  const [zones, setZones] = useState(true);
  const [form, setForm] = useState(false);
  const tiles = useRef<HTMLDivElement>(null);
  const full = useFullScreen();
  const shapes = useShapes();
  const overlay = { boxes, shapes: zones ? shapes : NO_SHAPES };

  const data = useWall(search);
  const { view } = data;
  const pages = view?.pages ?? [[]];
  const page = Math.min(search.page ?? 1, pages.length);
  const shown = pages[page - 1] ?? [];
  const enlarged = view?.cameras.find(({ id }) => id === search.camera);
  const events = useInfiniteQuery(eventsQuery({ division: search.division }));
  const alarm = useAlarms(useEventsOf(events.data, view), view?.key ?? "");
  const { event } = alarm;

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
  const held = busy || event !== undefined || enlarged !== undefined;
  const patrol = search.patrol ? (held ? "paused" : "on") : "off";
  const seconds = patrol === "on" && pages.length > 1 ? view?.secondsOf(shown) : undefined;
  usePatrol(`${view?.key} ${page}`, seconds, () => turnTo(page + 1, true));
  useFocusBack(tiles, enlarged?.id);
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

  return (
    <div className={classes.wall} data-full={full.on}>
      <section className={classes.pictures}>
        <Bar
          search={search}
          known={data.known}
          view={view}
          page={page}
          patrol={patrol}
          boxes={boxes}
          zones={zones}
          full={full}
          onView={(next) => void navigate({ search: next })}
          onChange={go}
          onPage={turnTo}
          onPatrol={togglePatrol}
          onBoxes={setBoxes}
          onZones={setZones}
          onForm={setForm}
        />
        <Stage
          data={data}
          page={page}
          enlarged={enlarged}
          overlay={overlay}
          alarm={event && { camera: event.camera.id, severity: event.severity }}
          tiles={tiles}
          onEnlarge={(camera) => go({ camera: camera?.id })}
        />
      </section>
      <div className={classes.side}>
        <AlarmSlot
          alarm={alarm}
          camera={view?.cameras.find(({ id }) => id === event?.camera.id)}
          overlay={overlay}
          onOpen={(id) => go({ event: id })}
        />
        <LatestEvents
          events={events}
          division={search.division}
          chosen={search.event}
          onChoose={(id) => go({ event: id })}
        />
      </div>
      {search.event && <EventDialog id={search.event} onClose={() => go({ event: undefined })} />}
    </div>
  );
}

/** Those events that may become alarms here: of the view's cameras, on whichever page. */
function useEventsOf(
  events: Event[] | undefined,
  view: ShownView | undefined,
): Event[] | undefined {
  const ids = view?.cameras.map(({ id }) => id).join(" ");
  return useMemo(() => {
    const here = new Set(ids?.split(" "));
    return ids === undefined ? undefined : events?.filter(({ camera }) => here.has(camera.id));
  }, [events, ids]);
}
