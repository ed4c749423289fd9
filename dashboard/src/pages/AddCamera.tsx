import { Button, Checkbox, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../parts/ProblemNote";
import { Page } from "../shell/Page";
import { CameraAddedNote } from "./cameras/CameraAddedNote";
import { type CameraForm, EMPTY_FORM, KINDS, mayLoop } from "./cameras/cameraForm";
import { ScenarioSelect } from "./cameras/ScenarioSelect";
import { useAddCamera } from "./cameras/useAddCamera";

export function AddCamera() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [form, setForm] = useState(EMPTY_FORM);
  const { add, added } = useAddCamera((id) =>
    navigate({ to: "/cameras/$id", params: { id } }),
  );

  function set<K extends keyof CameraForm>(field: K, value: CameraForm[K]): void {
    setForm((before) => ({ ...before, [field]: value }));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    add.mutate(form);
  }

  return (
    <Page title={t("add.title")}>
      <Stack component="form" maw={480} gap="lg" onSubmit={submit}>
        <TextInput
          label={t("add.name")}
          value={form.name}
          onChange={(change) => set("name", change.currentTarget.value)}
          maxLength={128}
          required
          autoFocus
        />
        <TextInput
          label={t("add.address")}
          description={t("add.addressHint")}
          value={form.url}
          onChange={(change) => set("url", change.currentTarget.value)}
          required
          spellCheck={false}
        />
        <Select
          label={t("add.kind")}
          data={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
          value={form.kind}
          onChange={(kind) => set("kind", kind ?? "auto")}
          allowDeselect={false}
        />
        {mayLoop(form) && (
          <Checkbox
            label={t("add.loop")}
            checked={form.loop}
            onChange={(change) => set("loop", change.currentTarget.checked)}
          />
        )}
        <NumberInput
          label={t("add.fps")}
          description={t("add.fpsHint")}
          value={form.fps}
          onChange={(fps) => set("fps", Number(fps))}
          min={0.1}
          max={30}
          decimalScale={1}
        />
        <ScenarioSelect
          description={t("add.scenarioHint")}
          placeholder={t("add.noScenario")}
          value={form.scenario}
          onChange={(scenario) => set("scenario", scenario)}
          clearable
        />
        {added && add.error ? (
          <CameraAddedNote id={added.id} error={add.error} />
        ) : (
          <ProblemNote error={add.error} />
        )}
        <Button type="submit" loading={add.isPending}>
          {t("add.submit")}
        </Button>
      </Stack>
    </Page>
  );
}
