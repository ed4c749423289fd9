import { Button, Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import { type MouseEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Shape } from "../../api/deployments";
import type { KnownShape } from "./knownShapes";
import classes from "./ZonePicker.module.css";

type Point = [number, number];

const LEAST = { zone: 3, line: 2 };

/** Choose what is drawn already by its name, or draw one more over the newest picture. */
export function ZonePicker(props: {
  cameraId: string;
  known: KnownShape[];
  shapes: Shape[];
  /** Nothing counts without a line. */
  needsLine: boolean;
  onChange: (shapes: Shape[]) => void;
}) {
  const { t } = useTranslation();
  const { cameraId, known, shapes, onChange } = props;
  const [drawing, setDrawing] = useState<"zone" | "line">();
  const [points, setPoints] = useState<Point[]>([]);
  const [name, setName] = useState("");
  const [seen, setSeen] = useState(true);
  const names = shapes.map((shape) => shape.name);
  const offered = [
    ...shapes,
    ...known.map(({ shape }) => shape).filter((shape) => !names.includes(shape.name)),
  ];
  const isTaken = offered.some((shape) => shape.name === name.trim());
  const ready =
    drawing && points.length >= LEAST[drawing] && name.trim() !== "" && !isTaken;

  function add({ currentTarget, clientX, clientY }: MouseEvent<SVGSVGElement>): void {
    if (!drawing) return;
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const share = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
    setPoints([...points, [share((clientX - left) / width), share((clientY - top) / height)]]);
  }

  function begin(kind: "zone" | "line"): void {
    setDrawing(kind);
    setPoints([]);
    setName(t(`deploying.newName.${kind}`, { number: offered.length + 1 }));
  }

  function finish(): void {
    if (!ready) return;
    const kind = drawing === "line" ? "line" : "include";
    onChange([...shapes, { name: name.trim(), points, kind } as Shape]);
    setDrawing(undefined);
    setPoints([]);
  }

  return (
    <Stack gap="md">
      {seen ? (
        <div className={classes.frame}>
          <img
            src={`/api/v1/cameras/${cameraId}/snapshot`}
            alt={t("deploying.picture")}
            onError={() => setSeen(false)}
          />
          <svg
            viewBox="0 0 1 1"
            preserveAspectRatio="none"
            className={classes.over}
            data-drawing={drawing}
            onClick={add}
          >
            <title>{t("deploying.picture")}</title>
            {shapes.map((shape) => (
              <Outline key={shape.name} points={shape.points as Point[]} open={shape.kind === "line"} />
            ))}
            {points.length > 0 && <Outline points={points} open={drawing !== "zone"} now />}
          </svg>
        </div>
      ) : (
        <Text size="sm" c="dimmed">
          {t("deploying.noPicture")}
        </Text>
      )}
      {drawing ? (
        <Stack gap="sm">
          <Text size="sm" role="status">
            {t(`deploying.draw.${drawing}`, { count: points.length })}
          </Text>
          <Group gap="sm" align="end">
            <TextInput
              label={t("deploying.name")}
              value={name}
              onChange={({ currentTarget }) => setName(currentTarget.value)}
              error={isTaken && t("deploying.nameTaken")}
              maxLength={64}
            />
            <Button onClick={finish} disabled={!ready}>
              {t("deploying.finish")}
            </Button>
            <Button
              variant="default"
              onClick={() => setPoints(points.slice(0, -1))}
              disabled={points.length === 0}
            >
              {t("deploying.undoPoint")}
            </Button>
            <Button variant="subtle" onClick={() => setDrawing(undefined)}>
              {t("deploying.cancel")}
            </Button>
          </Group>
        </Stack>
      ) : (
        <>
          {offered.length === 0 && (
            <Text size="sm">
              {t(props.needsLine ? "deploying.needsLine" : "deploying.wholePicture")}
            </Text>
          )}
          {offered.map((shape) => (
            <Checkbox
              key={shape.name}
              label={`${shape.name} · ${t(`deploying.kind.${shape.kind ?? "include"}`)}`}
              checked={names.includes(shape.name)}
              onChange={({ currentTarget }) =>
                onChange(
                  currentTarget.checked
                    ? [...shapes, shape]
                    : shapes.filter((one) => one.name !== shape.name),
                )
              }
            />
          ))}
          {seen && (
            <Group gap="sm">
              <Button variant="default" size="xs" onClick={() => begin("zone")}>
                {t("deploying.drawZone")}
              </Button>
              <Button variant="default" size="xs" onClick={() => begin("line")}>
                {t("deploying.drawLine")}
              </Button>
            </Group>
          )}
        </>
      )}
    </Stack>
  );
}

/** Two pixels of colour on four of black: seen on any picture. */
function Outline(props: { points: Point[]; open: boolean; now?: boolean }) {
  const at = props.points.map((point) => point.join(",")).join(" ");
  const Shape = props.open ? "polyline" : "polygon";
  return (
    <g className={props.now ? classes.now : undefined}>
      <Shape points={at} className={classes.casing} />
      <Shape points={at} className={classes.line} />
    </g>
  );
}
