import { Button, Stack } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../../api/cameras";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Board } from "./Board";
import { badNames } from "./drawing";
import classes from "./Editor.module.css";
import { ShapeList } from "./ShapeList";
import type { Drawn, Kind } from "./shapes";
import { useDrawing } from "./useDrawing";

/** Draws zones, lines or privacy areas on the camera's newest picture. Keyed by what it edits. */
export function Editor(props: {
  camera: Camera;
  shapes: Drawn[];
  tools: readonly Kind[];
  hint?: ReactNode;
  saving: boolean;
  error: Error | null;
  onSave: (shapes: Drawn[]) => void;
}) {
  const { t } = useTranslation();
  const { camera, tools, saving, error, onSave } = props;
  const desk = useDrawing({ shapes: props.shapes });
  const { now } = desk;
  useBlocker({
    shouldBlockFn: () => desk.changed && !saving && !window.confirm(t("cameraPages.leave")),
    enableBeforeUnload: () => desk.changed && !saving,
  });
  const unnamed = badNames(now).size > 0;

  return (
    <div className={classes.editor}>
      <Board camera={camera} desk={desk} tools={tools} />
      <Stack gap="md">
        {props.hint}
        <ShapeList desk={desk} />
        <ProblemNote error={error} />
        <Button
          loading={saving}
          disabled={!desk.changed || unnamed || now.pending !== undefined}
          onClick={() => onSave(now.shapes)}
        >
          {t("cameraPages.save")}
        </Button>
      </Stack>
    </div>
  );
}
