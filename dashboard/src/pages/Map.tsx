import { ActionIcon, Button } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { cityMapQuery, eventPlacesQuery, mapCamerasQuery, mapIncidentsQuery } from "../api/map";
import { useKeys } from "../keys/useKeys";
import { divisionsOf } from "../parts/divisions";
import { Empty } from "../parts/Empty";
import { ProblemNote } from "../parts/ProblemNote";
import classes from "./Map.module.css";
import { Drawer } from "./map/Drawer";
import { hasWebGl } from "./map/hasWebGl";
import { MapList } from "./map/MapList";
import { markedPlace } from "./map/marked";
import { Rail } from "./map/Rail";
import type { SceneHandle, SceneProps } from "./map/scene";
import { hidden, type MapSearch, readPlace, writePlace } from "./map/search";
import { stepsBack, untilBack } from "./map/time";
import { useThings } from "./map/useThings";
import "./map/words";

const City = lazy(() => import("./map/City"));
const FlatMap = lazy(() => import("./map/FlatMap"));

const USUAL_HOURS = 24;
const NOTHING = { camera: undefined, event: undefined, incident: undefined };

/** Cameras, events and incidents where they are: flat, in the city's model, or as a list. */
export function Map() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/map" });
  const search = useSearch({ from: "/inside/map" });
  const [draws] = useState(hasWebGl);
  const scene = useRef<SceneHandle>(null);
  const { hours = USUAL_HOURS, until, division, heat = false, camera, event, incident } = search;
  const period = useMemo(() => ({ hours, until }), [hours, until]);

  const city = useQuery(cityMapQuery);
  const cameras = useQuery(mapCamerasQuery);
  const events = useQuery({
    ...eventPlacesQuery(period, division),
    placeholderData: keepPreviousData,
  });
  const incidents = useQuery({ ...mapIncidentsQuery(period), placeholderData: keepPreviousData });
  const things = useThings(cameras.data, events.data?.items, incidents.data, division);
  const divisions = divisionsOf(cameras.data?.map(({ spec }) => spec.division) ?? []);
  const hide = useMemo(() => hidden(search.hide), [search.hide]);
  const place = useMemo(() => readPlace(search.at), [search.at]);
  const marked = useMemo(
    () => markedPlace(things, { camera, event, incident }),
    [things, camera, event, incident],
  );
  const failed = [city, cameras, events, incidents].find(({ error }) => error);
  const view = draws ? (search.view ?? "map") : "list";
  const counts = {
    cameras: things.cameras.length,
    cones: things.cones,
    events: things.events.length,
    incidents: things.incidents.length,
  };

  function go(next: MapSearch, replace = false): void {
    void navigate({ search: (before) => ({ ...before, ...next }), replace });
  }
  function shift(steps: number): void {
    go({ until: untilBack(hours, stepsBack(hours, until) + steps) });
  }
  useKeys([
    { press: "+", word: "map.zoomIn", run: () => scene.current?.zoom(1) },
    { press: "-", word: "map.zoomOut", run: () => scene.current?.zoom(-1) },
    { press: "h", word: "map.heat", run: () => go({ heat: !heat || undefined }) },
    {
      press: "3",
      word: "map.city",
      run: () => go({ view: view === "city" ? undefined : "city" }),
    },
    { press: "[", word: "map.earlier", run: () => shift(1) },
    { press: "]", word: "map.later", run: () => shift(-1) },
  ]);

  const shown: SceneProps | undefined = cameras.data && city.data && {
    label: t(view === "city" ? "map.cityDrawing" : "map.drawing"),
    city: city.data,
    things,
    hidden: hide,
    heat,
    place,
    marked,
    onPlace: (at) => go({ at: writePlace(at) }, true),
    onChoose: (chosen) => go({ ...NOTHING, ...chosen }),
  };

  const notes = (
    <>
      {failed && <ProblemNote error={failed.error} onRetry={() => void failed.refetch()} />}
      {!draws && <p className={classes.note}>{t("map.noWebGl")}</p>}
      {events.data?.more && (
        <p className={classes.note}>{t("map.more", { count: events.data.items.length })}</p>
      )}
    </>
  );

  return (
    <div className={classes.map} data-chosen={(camera ?? event ?? incident) !== undefined}>
      <Rail
        search={{ ...search, view: view === "map" ? undefined : view }}
        hours={hours}
        divisions={divisions}
        counts={counts}
        unplaced={(cameras.data?.length ?? 0) - (cameras.data ? things.placed : 0)}
        onChange={go}
      />
      {view === "list" ? (
        <MapList things={things} onChoose={(chosen) => go({ ...NOTHING, ...chosen })}>
          {notes}
        </MapList>
      ) : (
        <Suspense>
          <div className={classes.notes}>{notes}</div>
          {shown && view === "map" && <FlatMap ref={scene} {...shown} />}
          {shown && view === "city" && (
            <City ref={scene} {...shown} onFlat={() => go({ view: undefined })} />
          )}
        </Suspense>
      )}
      {view !== "list" && cameras.data && things.placed === 0 && (
        <div className={classes.empty}>
          <Empty text={t("map.empty")}>
            <Button component={Link} to="/cameras">
              {t("map.toCameras")}
            </Button>
          </Empty>
        </div>
      )}
      {view !== "list" && (
        <div className={classes.zoom}>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("map.zoomIn")}
            onClick={() => scene.current?.zoom(1)}
          >
            +
          </ActionIcon>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={t("map.zoomOut")}
            onClick={() => scene.current?.zoom(-1)}
          >
            −
          </ActionIcon>
          <Button variant="default" size="compact-sm" onClick={() => go({ at: undefined })}>
            {t("map.whole")}
          </Button>
        </div>
      )}
      {(camera ?? event ?? incident) && (
        <Drawer
          chosen={{ camera, event, incident }}
          period={period}
          onChoose={(chosen) => go({ ...NOTHING, ...chosen })}
        />
      )}
    </div>
  );
}
