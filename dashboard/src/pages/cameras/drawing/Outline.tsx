import type { PointerEvent } from "react";
import classes from "./Canvas.module.css";
import type { Point, Size } from "./geometry";
import { isClosed, type Kind } from "./shapes";

/** One shape on the picture: colour on a black casing, and its name on a plate. */
export function Outline(props: {
  kind: Kind;
  name?: string;
  points: readonly Point[];
  size: Size;
  chosen?: boolean;
  open?: boolean;
  onPress?: (event: PointerEvent) => void;
}) {
  const { kind, name, points, size, chosen, open, onPress } = props;
  const places = points.map(([x, y]) => [x * size.width, y * size.height] as const);
  const path = places.map((place) => place.join(",")).join(" ");
  const Line = isClosed(kind) && !open ? "polygon" : "polyline";
  const top = places.toSorted((a, b) => a[1] - b[1])[0];
  return (
    <g
      className={classes.shape}
      data-kind={kind}
      data-chosen={chosen}
      data-shape={name}
      onPointerDown={onPress}
    >
      <Line className={classes.casing} points={path} />
      <Line className={classes.line} points={path} />
      {open && places.map(([x, y], index) => (
        <circle key={index} className={classes.dot} cx={x} cy={y} r={index ? 3 : 6} />
      ))}
      {name && top && (
        <text
          className={classes.name}
          x={Math.min(top[0] + 8, size.width - 80)}
          y={Math.max(top[1] - 8, 16)}
        >
          {name}
        </text>
      )}
    </g>
  );
}
