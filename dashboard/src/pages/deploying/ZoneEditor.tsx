import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import type { Shape } from "../../api/deployments";
import { Board } from "../cameras/drawing/Board";
import editor from "../cameras/drawing/Editor.module.css";
import { ShapeList } from "../cameras/drawing/ShapeList";
import { ofZones, toZones } from "../cameras/drawing/shapes";
import { useDrawing } from "../cameras/drawing/useDrawing";

/** Where in the picture it counts: drawn here, or as other deployments of the camera have it. */
export function ZoneEditor(props: {
  camera: Camera;
  known: Shape[];
  shapes: Shape[];
  /** Nothing counts without a line. */
  needsLine: boolean;
  onChange: (shapes: Shape[]) => void;
}) {
  const { t } = useTranslation();
  const [start] = useState(() => ({ shapes: ofZones(props.shapes) }));
  const desk = useDrawing(start);
  const { shapes } = desk.now;
  const told = useRef(shapes);
  useEffect(() => {
    if (told.current === shapes) return;
    told.current = shapes;
    props.onChange(toZones(shapes) as Shape[]);
    // A drag is told once, at its end.
  }, [desk.steps]);
  const names = new Set(shapes.map(({ name }) => name));
  const offered = props.known.filter(({ name }) => !names.has(name));

  return (
    <div className={editor.editor}>
      <Board camera={props.camera} desk={desk} tools={["include", "exclude", "line"]} />
      <Stack gap="md">
        {shapes.length === 0 && (
          <Text size="sm">
            {t(props.needsLine ? "deploying.needsLine" : "deploying.wholePicture")}
          </Text>
        )}
        {shapes.length > 0 && <ShapeList desk={desk} />}
        {offered.length > 0 && (
          <Group gap="xs" role="group" aria-label={t("deploying.drawnBefore")}>
            <Text size="sm">{t("deploying.drawnBefore")}</Text>
            {offered.map((shape) => (
              <Button
                key={shape.name}
                size="compact-sm"
                variant="default"
                onClick={() => desk.act({ shapes: [...shapes, ...ofZones([shape])] })}
              >
                + {shape.name}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
    </div>
  );
}
