import { Button, Group, useComputedColorScheme } from "@mantine/core";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Object3D } from "three";
import classes from "./City.module.css";
import { drawBlock } from "./city/block";
import { drawMark, drawSpots, drawViews, type Spot, spots } from "./city/markers";
import { standModel } from "./city/model";
import { writeNames } from "./city/names";
import { discard, Stage } from "./city/stage";
import { boundsOf, type LonLat } from "./geometry";
import { drawIcons } from "./icons";
import { type Ink, readInk } from "./ink";
import type { SceneHandle, SceneProps } from "./scene";
import { MAX_ZOOM, type Place, samePlace } from "./search";
import "./words";

/** Below this the flat map is offered. */
const SMOOTH_FPS = 20;
const MEASURED_MS = 1500;
const TOUCH_PX = 16;
/** A drag is not a click. */
const STILL_PX = 4;
const WHOLE_ZOOM = 17;
const TILE_PX = 512;

interface Drawn {
  stage: Stage;
  origin: LonLat;
  ink: Ink;
}

/** The city by three.js. Loaded lazily; `aria-busy` until its model stands. */
export default function City(props: SceneProps & { onFlat: () => void; ref?: Ref<SceneHandle> }) {
  const { t } = useTranslation();
  const { label, city, things, hidden, place, marked, onFlat, ref } = props;
  const scheme = useComputedColorScheme();
  const box = useRef<HTMLDivElement>(null);
  const names = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn>();
  const [busy, setBusy] = useState(true);
  const [model, setModel] = useState<string>();
  const [failed, setFailed] = useState<string>();
  const [slow, setSlow] = useState<number>();
  const found = useRef<Spot[]>([]);
  const newest = useRef(props);
  newest.current = props;

  useImperativeHandle(ref, () => ({
    zoom(steps) {
      if (!drawn) return;
      const now = drawn.stage.where();
      newest.current.onPlace({ ...now, zoom: Math.min(MAX_ZOOM, now.zoom + steps) });
    },
  }));

  useEffect(() => {
    const container = box.current;
    if (!container) return;
    const { place: asked, things: first } = newest.current;
    const start = asked ?? whole(first, container.clientWidth);
    const { model } = newest.current.city;
    const origin: LonLat =
      model?.lon != null && model.lat != null ? [model.lon, model.lat] : [start.lon, start.lat];
    const ink = readInk();
    const stage = new Stage(container, origin, ink);
    stage.look(start);
    stage.onMoved = () => {
      const now = stage.where();
      newest.current.onPlace({ ...now, zoom: Math.min(MAX_ZOOM, Math.max(0, now.zoom)) });
    };
    setDrawn({ stage, origin, ink });
    return () => {
      setDrawn(undefined);
      stage.dispose();
    };
    // Another theme or another city is another stage.
  }, [city, scheme]);

  useEffect(() => {
    if (!drawn) return;
    let over = false;
    let remove = () => {};
    void stand(newest.current, drawn).then(async ({ stands, dispose, why }) => {
      if (over) return dispose();
      remove = dispose;
      setModel(stands);
      setFailed(why);
      const fps = await drawn.stage.measure(MEASURED_MS);
      if (over) return;
      setSlow(fps < SMOOTH_FPS ? Math.round(fps) : undefined);
      setBusy(false);
    });
    return () => {
      over = true;
      remove();
    };
  }, [drawn]);

  useEffect(() => {
    if (!drawn) return;
    const { stage, origin, ink } = drawn;
    found.current = spots(things, origin, hidden);
    const parts: Object3D[] = [
      drawSpots(found.current, drawIcons(ink)),
      drawViews(things, origin, ink, hidden),
    ];
    stage.scene.add(...parts);
    const cameras = found.current.filter(({ chosen }) => chosen.camera);
    const unwrite = names.current ? writeNames(stage, cameras, names.current) : undefined;
    return () => {
      unwrite?.();
      parts.forEach(discard);
    };
  }, [drawn, things, hidden]);

  useEffect(() => {
    if (!drawn || !marked) return;
    const ring = drawMark(marked, drawn.origin, drawn.ink);
    drawn.stage.scene.add(ring);
    drawn.stage.draw();
    return () => {
      discard(ring);
      drawn.stage.draw();
    };
  }, [drawn, marked]);

  const at = place && `${place.lon},${place.lat},${place.zoom}`;
  useEffect(() => {
    const { place: asked, things: all } = newest.current;
    if (!drawn || (asked && samePlace(drawn.stage.where(), asked))) return;
    drawn.stage.look(asked ?? whole(all, drawn.stage.size.width));
  }, [drawn, at]);

  useEffect(() => {
    const container = box.current;
    if (!drawn || !container) return;
    return listen(container, drawn.stage, () => found.current, () => newest.current);
  }, [drawn]);

  return (
    <>
      <div
        ref={box}
        className={classes.city}
        role="region"
        aria-label={label}
        aria-busy={busy}
        data-model={model}
        tabIndex={0}
      />
      <div ref={names} className={classes.names} aria-hidden />
      <div className={classes.notes} role="status">
        {failed !== undefined && <p>{t("map.modelFailed", { why: failed })}</p>}
        {slow !== undefined && (
          <div className={classes.slow}>
            <p>{t("map.slow", { fps: slow })}</p>
            <Group gap="xs" wrap="nowrap">
              <Button size="compact-sm" onClick={onFlat}>
                {t("map.toFlat")}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setSlow(undefined)}>
                {t("map.stay")}
              </Button>
            </Group>
          </div>
        )}
      </div>
    </>
  );
}

/** The city's model; generated houses where there is none, or where it cannot be read. */
async function stand(
  { city, things }: SceneProps,
  { stage, origin, ink }: Drawn,
): Promise<{ stands: string; dispose: () => void; why?: string }> {
  let why: string | undefined;
  if (city.model) {
    try {
      const { object, dispose } = await standModel(city.model, origin, stage);
      stage.scene.add(object);
      stage.draw();
      return { stands: city.model.format, dispose };
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  const block = drawBlock(things, origin, ink);
  stage.scene.add(block);
  stage.draw();
  const dispose = () => {
    discard(block);
    block.dispose();
  };
  return { stands: "generated", dispose, why };
}

/** Where everything is seen. */
function whole({ cameras }: SceneProps["things"], widthPx: number): Place {
  const [west = 0, south = 0, east = 0, north = 0] = boundsOf(cameras.map(({ at }) => at)) ?? [];
  const span = Math.max(east - west, 2 * (north - south), 1e-6);
  const zoom = Math.min(WHOLE_ZOOM, Math.log2((Math.max(1, widthPx) * 360) / (TILE_PX * span)));
  return { lon: (west + east) / 2, lat: (south + north) / 2, zoom };
}

/** A click chooses the nearest thing under it; the name of what is pointed at is shown. */
function listen(
  container: HTMLElement,
  stage: Stage,
  all: () => Spot[],
  props: () => SceneProps,
): () => void {
  let down: { x: number; y: number } | undefined;
  const local = (event: PointerEvent) => {
    const { left, top } = container.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  function under({ x, y }: { x: number; y: number }): Spot | undefined {
    let nearest: Spot | undefined;
    let least = TOUCH_PX;
    for (const spot of all()) {
      const [left, top] = stage.project(spot.at) ?? [Infinity, Infinity];
      const distance = Math.hypot(left - x, top - y);
      if (distance < least) [nearest, least] = [spot, distance];
    }
    return nearest;
  }
  function onDown(event: PointerEvent): void {
    down = local(event);
  }
  function onUp(event: PointerEvent): void {
    const up = local(event);
    const still = down && Math.hypot(up.x - down.x, up.y - down.y) < STILL_PX;
    down = undefined;
    if (still) props().onChoose(under(up)?.chosen ?? {});
  }
  function onMove(event: PointerEvent): void {
    if (event.buttons) return;
    const spot = under(local(event));
    container.title = spot?.name ?? "";
    container.style.cursor = spot ? "pointer" : "";
  }
  function onKey(event: KeyboardEvent): void {
    if (event.key.startsWith("Arrow")) stage.onMoved?.();
  }
  container.addEventListener("keyup", onKey);
  container.addEventListener("pointerdown", onDown);
  container.addEventListener("pointerup", onUp);
  container.addEventListener("pointermove", onMove);
  return () => {
    container.removeEventListener("keyup", onKey);
    container.removeEventListener("pointerdown", onDown);
    container.removeEventListener("pointerup", onUp);
    container.removeEventListener("pointermove", onMove);
  };
}
