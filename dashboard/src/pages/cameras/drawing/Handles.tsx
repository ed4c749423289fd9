import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Canvas.module.css";
import { type Drawing, insertPoint, movePoint, removePoint } from "./drawing";
import { edges, middle, type Size } from "./geometry";
import { type Drawn, isClosed } from "./shapes";
import type { Desk } from "./useDrawing";

const STEP = 0.001;
const LONG_STEP = 0.01;

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The points of the chosen shape: dragged, walked with Tab, moved with the arrows. */
export function Handles(props: {
  desk: Desk;
  shape: Drawn;
  size: Size;
  onGrab: (event: PointerEvent, index: number) => void;
}) {
  const { t } = useTranslation();
  const { desk, shape, size, onGrab } = props;
  const { key, points } = shape;
  const handles = useRef<(SVGGElement | null)[]>([]);
  const nudged = useRef<Drawing>(undefined);
  const wanted = useRef<number>(undefined);
  useEffect(() => {
    if (wanted.current === undefined) return;
    handles.current[wanted.current]?.focus();
    wanted.current = undefined;
  });

  function insert(index: number): void {
    if (desk.act(insertPoint(desk.now, key, index))) wanted.current = index + 1;
  }
  function remove(index: number): void {
    if (desk.act(removePoint(desk.now, key, index))) wanted.current = Math.max(0, index - 1);
  }
  function settle(): void {
    if (nudged.current) desk.drop(nudged.current);
    nudged.current = undefined;
  }
  function pressed(event: KeyboardEvent, index: number): void {
    const arrow = ARROWS[event.key];
    const point = points[index];
    if (arrow && point) {
      const far = event.shiftKey ? LONG_STEP : STEP;
      nudged.current ??= desk.now;
      const to: [number, number] = [point[0] + arrow[0] * far, point[1] + arrow[1] * far];
      desk.act(movePoint(desk.now, key, index, to), "drag");
    } else if (event.key === "Delete" || event.key === "Backspace") {
      remove(index);
    } else if (event.key === "Insert" || event.key === "+") {
      insert(index);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <>
      {edges(points, isClosed(shape.kind)).map(([a, b], index) => {
        const [x, y] = middle(a, b);
        return (
          <circle
            key={`middle-${index}`}
            className={classes.middle}
            cx={x * size.width}
            cy={y * size.height}
            r={4}
            onPointerDown={(event) => {
              event.stopPropagation();
              insert(index);
            }}
          />
        );
      })}
      {points.map(([x, y], index) => (
        <g
          key={index}
          ref={(element) => void (handles.current[index] = element)}
          className={classes.handle}
          transform={`translate(${x * size.width} ${y * size.height})`}
          tabIndex={0}
          role="button"
          aria-label={t("cameraPages.point", {
            number: index + 1,
            count: points.length,
            name: shape.name,
          })}
          data-point={index}
          onPointerDown={(event) => onGrab(event, index)}
          onContextMenu={(event) => {
            event.preventDefault();
            remove(index);
          }}
          onKeyDown={(event) => pressed(event, index)}
          onKeyUp={settle}
          onBlur={settle}
        >
          <circle className={classes.grip} r={14} />
          <circle className={classes.knob} r={6} />
        </g>
      ))}
    </>
  );
}
