import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { LiveTile } from "../../live/LiveTile";
import classes from "./Enlarged.module.css";
import { FULL_FPS } from "./fps";
import type { Overlay } from "./Tiles";

/** One camera over the whole page of tiles, at its full rate. */
export function Enlarged(props: { camera: Camera; overlay: Overlay; onClose: () => void }) {
  const { t } = useTranslation();
  const { camera, overlay, onClose } = props;
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus({ preventScroll: true }), []);
  return (
    <section className={classes.enlarged} aria-label={camera.name} data-enlarged={camera.id}>
      <div className={classes.head}>
        <h2>{camera.name}</h2>
        {camera.spec.division && <span>{camera.spec.division}</span>}
        <Link to="/cameras/$id" params={{ id: camera.id }}>
          {t("wall.toCamera")} →
        </Link>
        <Button ref={close} size="compact-sm" variant="default" onClick={onClose}>
          {t("wall.back")}
        </Button>
      </div>
      <div className={classes.picture}>
        <LiveTile
          key={camera.id}
          camera={camera}
          boxes={overlay.boxes}
          shapes={overlay.shapes.get(camera.id)}
          fps={FULL_FPS}
        />
      </div>
    </section>
  );
}
