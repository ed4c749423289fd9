import { Button, Group, Kbd, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../../api/cameras";
import { useKeys } from "../../../keys/useKeys";
import { Mark } from "../../../parts/Mark";
import classes from "./Board.module.css";
import { Canvas } from "./Canvas";
import { finish, freeName, place } from "./drawing";
import type { Kind } from "./shapes";
import type { Desk } from "./useDrawing";
import "../words";

const KEYS: Record<Kind, string> = { include: "z", exclude: "x", line: "l", private: "m" };

/** The tools, and the camera's newest picture to draw on. */
export function Board(props: { camera: Camera; desk: Desk; tools: readonly Kind[] }) {
  const { t } = useTranslation();
  const { camera, desk, tools } = props;
  const { now, tool, take } = desk;
  const [stamp, setStamp] = useState(() => Date.now());
  const [missing, setMissing] = useState(false);
  const last = useRef<Kind>(tools[0]);

  function pick(kind: Kind | undefined): void {
    if (kind) last.current = kind;
    take(tool === kind ? undefined : kind);
  }
  function confirm(): void {
    if (!tool) return;
    const name = freeName(now, t(`cameraPages.kind.${tool}`));
    desk.end(now.pending ? finish(now, name) : place(now, tool, name));
  }
  useKeys([
    ...tools.map((kind) => ({
      press: KEYS[kind],
      word: `cameraPages.draw.${kind}`,
      run: () => pick(kind),
    })),
    { press: "n", word: "cameraPages.drawAgain", run: () => pick(last.current) },
    { press: "Escape", word: "cameraPages.putDown", run: () => take(undefined) },
  ]);
  const { undo, redo } = desk;
  useEffect(() => {
    function pressed(event: KeyboardEvent): void {
      const writes = event.target instanceof HTMLInputElement;
      if (!(event.ctrlKey || event.metaKey) || writes) return;
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) undo();
      else if (key === "y" || key === "z") redo();
      else return;
      event.preventDefault();
    }
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });

  const { width_px, height_px } = camera.status;
  const ratio = width_px && height_px ? width_px / height_px : 16 / 9;

  return (
    <div>
      <Group gap="sm" mb="sm" role="toolbar" aria-label={t("cameraPages.tools")}>
        {tools.map((kind) => (
          <Button
            key={kind}
            variant={tool === kind ? "filled" : "default"}
            aria-pressed={tool === kind}
            rightSection={<Kbd size="xs">{KEYS[kind]}</Kbd>}
            onClick={() => pick(kind)}
          >
            {t(`cameraPages.draw.${kind}`)}
          </Button>
        ))}
        <Button variant="default" disabled={!desk.canUndo} onClick={undo}>
          {t("cameraPages.undo")}
        </Button>
        <Button variant="default" disabled={!desk.canRedo} onClick={redo}>
          {t("cameraPages.redo")}
        </Button>
      </Group>
      <Canvas
        desk={desk}
        picture={`/api/v1/cameras/${camera.id}/snapshot?at=${stamp}`}
        ratio={ratio}
        onMissing={() => setMissing(true)}
      />
      {/* Below the picture: what comes and goes here does not move it under the hand. */}
      <div className={classes.told} role="status">
        {tool && (
          <Button size="compact-sm" variant="default" onClick={confirm}>
            {t(now.pending ? "cameraPages.finish" : "cameraPages.placeOne")}
          </Button>
        )}
        {desk.refusal ? (
          <Mark tone="major">{t(`cameraPages.refused.${desk.refusal}`)}</Mark>
        ) : (
          <Text size="sm" c="dimmed">
            {t(tool ? `cameraPages.how.${tool === "line" ? "line" : "area"}` : "cameraPages.how.edit")}
          </Text>
        )}
        {missing && (
          <Text size="sm">
            <Mark tone="quiet">{t("cameraPages.noPicture")}</Mark>{" "}
            <Button
              size="compact-sm"
              variant="subtle"
              onClick={() => {
                setMissing(false);
                setStamp(Date.now());
              }}
            >
              {t("problem.retry")}
            </Button>
          </Text>
        )}
      </div>
    </div>
  );
}
