import { Button, Select, Stack, TextInput } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { type CameraForm, KINDS } from "./cameraForm";

/** Where the camera is, and the way to look at it before anything is saved. */
export function AddressFields(props: {
  form: CameraForm;
  looking: boolean;
  onChange: <K extends keyof CameraForm>(field: K, value: CameraForm[K]) => void;
  onLook: () => void;
}) {
  const { t } = useTranslation();
  const { form, looking, onChange, onLook } = props;
  const ready = form.url.trim() !== "" && !looking;

  function pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (ready) onLook();
  }

  return (
    <Stack gap="lg">
      <TextInput
        label={t("add.address")}
        description={t("add.addressHint")}
        value={form.url}
        onChange={(change) => onChange("url", change.currentTarget.value)}
        onKeyDown={pressed}
        required
        autoFocus
        spellCheck={false}
        autoComplete="off"
      />
      <Select
        label={t("add.kind")}
        data={KINDS.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
        value={form.kind}
        onChange={(kind) => onChange("kind", kind ?? "auto")}
        allowDeselect={false}
      />
      <Button variant="default" loading={looking} disabled={!ready && !looking} onClick={onLook}>
        {t("cameraPages.look")}
      </Button>
    </Stack>
  );
}
