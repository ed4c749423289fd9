import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { Empty } from "../../parts/Empty";
import { ProblemNote } from "../../parts/ProblemNote";
import { useMay } from "../../parts/useMay";
import { Waiting } from "../../parts/Waiting";
import { Enlarged } from "./Enlarged";
import classes from "./Stage.module.css";
import { type Overlay, Tiles } from "./Tiles";
import type { WallData } from "./useWall";

/** One page of tiles with the enlarged camera over it, or why there is nothing to show. */
export function Stage(props: {
  data: WallData;
  page: number;
  enlarged: Camera | undefined;
  overlay: Overlay;
  alarm: ComponentProps<typeof Tiles>["alarm"];
  tiles: ComponentProps<typeof Tiles>["tiles"];
  onEnlarge: (camera: Camera | undefined) => void;
}) {
  const { t } = useTranslation();
  const may = useMay();
  const { data, page, enlarged, overlay, alarm, tiles, onEnlarge } = props;
  const { view, known, ready, error, retry } = data;
  return (
    <>
      <ProblemNote error={error} onRetry={retry} />
      <div className={classes.stage}>
        {!ready && !error && <Waiting height={400} />}
        {ready && known.cameras.length === 0 && (
          <Empty text={t("wall.empty")}>
            {may("cameras.write") && (
              <Button component={Link} to="/cameras/new">
                {t("wall.addFirst")}
              </Button>
            )}
          </Empty>
        )}
        {ready && known.cameras.length > 0 && !view?.cameras.length && (
          <Empty text={t(view ? "wall.noCameras" : "wall.gone")}>
            <Link to="/">{t("wall.all")}</Link>
          </Empty>
        )}
        {view && (
          <Tiles
            cameras={view.pages[page - 1] ?? []}
            grid={view.grid}
            overlay={overlay}
            hidden={enlarged !== undefined}
            alarm={alarm}
            tiles={tiles}
            onEnlarge={onEnlarge}
          />
        )}
        {enlarged && (
          <Enlarged camera={enlarged} overlay={overlay} onClose={() => onEnlarge(undefined)} />
        )}
      </div>
    </>
  );
}
