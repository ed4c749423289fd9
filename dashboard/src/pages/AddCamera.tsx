import { Button, Checkbox, NumberInput, Stack, TagsInput, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Discovered } from "../api/cameraDiscoveries";
import { probeCamera } from "../api/cameraProbes";
import { ProblemNote } from "../parts/ProblemNote";
import { Page } from "../shell/Page";
import classes from "./AddCamera.module.css";
import { AddressFields } from "./cameras/AddressFields";
import { CameraAddedNote } from "./cameras/CameraAddedNote";
import { type CameraForm, EMPTY_FORM, mayLoop, toProbe } from "./cameras/cameraForm";
import { Discovery } from "./cameras/Discovery";
import { ProbePanel } from "./cameras/ProbePanel";
import { ScenarioSelect } from "./cameras/ScenarioSelect";
import { useAddCamera } from "./cameras/useAddCamera";
import "./cameras/words";

/** Address, a look at its picture, and then what the camera is called and does. */
export function AddCamera() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const name = useRef<HTMLInputElement>(null);
  const [form, setForm] = useState(EMPTY_FORM);
  const { add, added } = useAddCamera((id) =>
    navigate({ to: "/cameras/$id", params: { id } }),
  );
  const look = useMutation({
    mutationFn: () => probeCamera(...toProbe(form)),
    onSuccess: (found) => found.picture && name.current?.focus(),
  });

  function set<K extends keyof CameraForm>(field: K, value: CameraForm[K]): void {
    // What was found at another address says nothing about this one.
    if (field === "url" || field === "kind") look.reset();
    setForm((before) => ({ ...before, [field]: value }));
  }

  /** The network tells who is there; the path and the password are for a person to add. */
  function choose({ host, name }: Discovered): void {
    set("url", `rtsp://${host}:554/`);
    if (name && !form.name) set("name", name);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    add.mutate(form);
  }

  return (
    <Page title={t("add.title")}>
      <form className={classes.columns} onSubmit={submit}>
        <div className={classes.address}>
          <AddressFields
            form={form}
            looking={look.isPending}
            onChange={set}
            onLook={() => look.mutate()}
          />
          <Discovery onChoose={choose} />
        </div>
        <div className={classes.picture}>
          <ProbePanel looking={look.isPending} found={look.data} error={look.error} />
        </div>
        <Stack className={classes.rest} gap="lg">
          <TextInput
            ref={name}
            label={t("add.name")}
            value={form.name}
            onChange={(change) => set("name", change.currentTarget.value)}
            maxLength={128}
            required
          />
          <TextInput
            label={t("cameraPages.division")}
            description={t("cameraPages.divisionHint")}
            value={form.division}
            onChange={(change) => set("division", change.currentTarget.value)}
            maxLength={128}
          />
          <TagsInput
            label={t("cameraPages.tags")}
            description={t("cameraPages.tagsHint")}
            value={form.tags}
            onChange={(tags) => set("tags", tags)}
            splitChars={[",", " ", "，"]}
            maxTags={32}
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
      </form>
    </Page>
  );
}
