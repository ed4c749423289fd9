import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { LiveTile } from "../../live/LiveTile";
import classes from "./Tiles.module.css";

/** More columns than this make pictures too small; further rows scroll. */
const MOST_COLUMNS = 4;

export function Tiles(props: { cameras: Camera[]; boxes: boolean }) {
  const { t } = useTranslation();
  const { cameras, boxes } = props;
  const columns = Math.min(MOST_COLUMNS, Math.ceil(Math.sqrt(cameras.length)));
  const rows = Math.min(columns, Math.ceil(cameras.length / Math.max(1, columns)));
  return (
    <div
      className={classes.tiles}
      style={{ "--columns": columns, "--rows": rows } as React.CSSProperties}
    >
      {cameras.map((camera) => (
        <Link
          key={camera.id}
          to="/cameras/$id"
          params={{ id: camera.id }}
          aria-label={t("wall.open", { name: camera.name })}
        >
          <LiveTile camera={camera} boxes={boxes} />
        </Link>
      ))}
    </div>
  );
}
