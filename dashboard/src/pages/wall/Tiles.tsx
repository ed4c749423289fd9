import type { CSSProperties, RefObject } from "react";
import type { Camera } from "../../api/cameras";
import type { Shape } from "../../api/deployments";
import type { Grid } from "../../api/wallViews";
import { LiveTile } from "../../live/LiveTile";
import { fpsOf, HIDDEN_FPS } from "./fps";
import classes from "./Tiles.module.css";

export interface Overlay {
  boxes: boolean;
  /** By camera id; empty while zones are not shown. */
  shapes: Map<string, readonly Shape[]>;
}

/** One page of the wall: n × n tiles, each a button that enlarges it. */
export function Tiles(props: {
  cameras: Camera[];
  grid: Grid;
  overlay: Overlay;
  /** Another camera is enlarged over them. */
  hidden: boolean;
  /** Severity of the alarm that is forward, and its camera. */
  alarm?: { camera: string; severity: string };
  tiles: RefObject<HTMLDivElement | null>;
  onEnlarge: (camera: Camera) => void;
}) {
  const { cameras, grid, overlay, hidden, alarm, tiles, onEnlarge } = props;
  const side = Math.sqrt(grid);
  return (
    <div
      ref={tiles}
      className={classes.tiles}
      style={{ "--side": side } as CSSProperties}
      data-grid={grid}
      inert={hidden}
    >
      {cameras.map((camera) => (
        <button
          key={camera.id}
          type="button"
          className={classes.tile}
          data-tile={camera.id}
          data-alarm={alarm?.camera === camera.id ? alarm.severity : undefined}
          onClick={() => onEnlarge(camera)}
        >
          <LiveTile
            camera={camera}
            boxes={overlay.boxes}
            shapes={overlay.shapes.get(camera.id)}
            fps={hidden ? HIDDEN_FPS : fpsOf(grid)}
          />
        </button>
      ))}
    </div>
  );
}
