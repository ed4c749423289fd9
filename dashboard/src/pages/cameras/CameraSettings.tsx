import { Button, Group, NumberInput, Stack, Switch, TagsInput, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Camera, type CameraChange, cameraQuery, changeCamera } from "../../api/cameras";
import { ProblemNote } from "../../parts/ProblemNote";

/** What a camera is called and where its pictures come from; its password is shown as `***`. */
export function CameraSettings({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id } = camera;
  const [changed, setChanged] = useState<CameraChange>({});
  const save = useMutation({
    mutationFn: () => changeCamera(id, "*", changed),
    onSuccess: async () => {
      await queries.invalidateQueries(cameraQuery(id));
      setChanged({});
    },
  });
  const shown = { name: camera.name, ...camera.spec, ...changed };

  function set(change: CameraChange): void {
    setChanged((before) => ({ ...before, ...change }));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }

  return (
    <Stack component="form" gap="sm" onSubmit={submit} aria-label={t("cameraPages.settings")}>
      <Title order={2}>{t("cameraPages.settings")}</Title>
      <TextInput
        label={t("add.name")}
        value={shown.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        maxLength={128}
        required
      />
      <TextInput
        label={t("add.address")}
        value={shown.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        spellCheck={false}
        autoComplete="off"
        required
      />
      <TextInput
        label={t("cameraPages.division")}
        value={shown.division ?? ""}
        onChange={(event) => set({ division: event.currentTarget.value || null })}
        maxLength={128}
      />
      <TagsInput
        label={t("cameraPages.tags")}
        value={shown.tags}
        onChange={(tags) => set({ tags })}
        splitChars={[",", " ", "，"]}
        maxTags={32}
      />
      <NumberInput
        label={t("add.fps")}
        value={shown.analysed_fps}
        onChange={(fps) => set({ analysed_fps: Number(fps) })}
        min={0.1}
        max={30}
        decimalScale={1}
      />
      <Switch
        label={t("cameraPages.enabled")}
        checked={shown.enabled}
        onChange={(event) => set({ enabled: event.currentTarget.checked })}
      />
      <ProblemNote error={save.error} />
      {Object.keys(changed).length > 0 && (
        <Group gap="sm">
          <Button type="submit" size="xs" loading={save.isPending}>
            {t("cameraPages.save")}
          </Button>
          <Button size="xs" variant="default" onClick={() => setChanged({})}>
            {t("cameraPages.undoChanges")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
