import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Canvas.module.css";
import { addPoint, type Drawing, finish, freeName, movePoint, moveShape } from "./drawing";
import { distance, type Point } from "./geometry";
import { Handles } from "./Handles";
import { Outline } from "./Outline";
import { isClosed, leastPoints } from "./shapes";
import { snap } from "./snap";
import type { Desk } from "./useDrawing";

const CLOSES_PX = 14;

type Grab =
  | { what: "point"; key: string; index: number; from: Drawing }
  | { what: "shape"; key: string; last: Point; from: Drawing };

/** The picture and everything drawn on it. */
export function Canvas(props: { desk: Desk; picture: string; ratio: number; onMissing: () => void }) {
  const { t } = useTranslation();
  const { desk, picture, ratio, onMissing } = props;
  const { ref: frame, width, height } = useElementSize<HTMLDivElement>();
  const svg = useRef<SVGSVGElement>(null);
  const grab = useRef<Grab>(undefined);
  const [hover, setHover] = useState<Point>();
  const { now, tool, chosen } = desk;
  const size = { width, height };
  const shape = now.shapes.find(({ key }) => key === chosen);

  function at({ clientX, clientY }: PointerEvent): Point {
    const { left, top, width, height } = (svg.current as SVGSVGElement).getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }

  function press(event: PointerEvent): void {
    if (event.button !== 0) return;
    if (tool) draw(at(event));
    else desk.choose(undefined);
  }

  function draw(point: Point): void {
    if (!tool) return;
    const points = now.pending?.points ?? [];
    const end = isClosed(tool) ? points[0] : points.at(-1);
    const enough = points.length >= leastPoints(tool);
    if (end && enough && distance(point, end, size) < CLOSES_PX) {
      desk.end(finish(now, freeName(now, t(`cameraPages.kind.${tool}`))));
      return;
    }
    desk.act(addPoint(now, tool, snap(point, now.shapes, size)));
  }

  function take(event: PointerEvent, next: Grab): void {
    if (event.button !== 0 || tool) return;
    event.stopPropagation();
    desk.choose(next.key);
    grab.current = next;
    svg.current?.setPointerCapture(event.pointerId);
  }

  function move(event: PointerEvent): void {
    const point = at(event);
    const held = grab.current;
    if (!held) {
      if (tool) setHover(point);
      return;
    }
    if (held.what === "point") {
      const others = now.shapes.filter(({ key }) => key !== held.key);
      desk.act(movePoint(now, held.key, held.index, snap(point, others, size)), "drag");
    } else {
      const by: Point = [point[0] - held.last[0], point[1] - held.last[1]];
      if (desk.act(moveShape(now, held.key, by), "drag")) held.last = point;
    }
  }

  function release(): void {
    if (grab.current) desk.drop(grab.current.from);
    grab.current = undefined;
  }

  return (
    <div ref={frame} className={classes.canvas} style={{ aspectRatio: ratio }}>
      <img className={classes.picture} src={picture} alt="" draggable={false} onError={onMissing} />
      <svg
        ref={svg}
        className={classes.drawing}
        data-tool={tool}
        viewBox={`0 0 ${width || 1} ${height || 1}`}
        role="group"
        aria-label={t("cameraPages.canvas")}
        onPointerDown={press}
        onPointerMove={move}
        onPointerUp={release}
        onPointerCancel={release}
        onPointerLeave={() => setHover(undefined)}
        onContextMenu={(event) => event.preventDefault()}
      >
        {width > 0 &&
          now.shapes.map((each) => (
            <Outline
              key={each.key}
              kind={each.kind}
              name={each.name}
              points={each.points}
              size={size}
              chosen={each.key === chosen}
              onPress={(event) =>
                take(event, { what: "shape", key: each.key, last: at(event), from: now })
              }
            />
          ))}
        {now.pending && (
          <Outline
            kind={now.pending.kind}
            points={hover ? [...now.pending.points, hover] : now.pending.points}
            size={size}
            open
          />
        )}
        {shape && width > 0 && (
          <Handles
            key={shape.key}
            desk={desk}
            shape={shape}
            size={size}
            onGrab={(event, index) =>
              take(event, { what: "point", key: shape.key, index, from: now })
            }
          />
        )}
      </svg>
    </div>
  );
}
