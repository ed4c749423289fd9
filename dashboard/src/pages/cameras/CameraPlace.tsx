import { Button, Group, NumberInput, SimpleGrid, Stack, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Camera, type CameraChange, cameraQuery, changeCamera } from "../../api/cameras";
import { ProblemNote } from "../../parts/ProblemNote";
import { writePlace } from "../map/search";
import "../map/words";

/** Field of the API, its limits, its step. */
const FIELDS = [
  ["lon", -180, 180, 0.0001],
  ["lat", -85, 85, 0.0001],
  ["heading_deg", 0, 359.9, 5],
  ["fov_deg", 1, 360, 5],
  ["range_m", 1, 10_000, 10],
  ["height_m", 0, 1000, 0.5],
  ["pitch_deg", -90, 90, 1],
] as const;

const NEAR_ZOOM = 18;

type Field = (typeof FIELDS)[number][0];
/** As typed: a lone minus is no number yet. */
type Typed = Partial<Record<Field, number | string>>;

/** Where a camera stands and looks; what is left empty is not known. */
export function CameraPlace({ camera }: { camera: Camera }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { id, spec } = camera;
  const [changed, setChanged] = useState<Typed>({});
  const save = useMutation({
    mutationFn: () => changeCamera(id, "*", changeOf(changed)),
    onSuccess: async () => {
      await queries.invalidateQueries(cameraQuery(id));
      setChanged({});
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }
  const { lon, lat } = spec;

  return (
    <Stack component="form" gap="sm" onSubmit={submit} aria-label={t("map.form.title")}>
      <Group justify="space-between">
        <Title order={2}>{t("map.form.title")}</Title>
        {lon !== null && lat !== null && (
          <Link to="/map" search={{ at: writePlace({ lon, lat, zoom: NEAR_ZOOM }), camera: id }}>
            {t("map.form.onMap")} →
          </Link>
        )}
      </Group>
      <SimpleGrid cols={2} spacing="sm">
        {FIELDS.map(([field, min, max, step]) => (
          <NumberInput
            key={field}
            size="xs"
            label={t(`map.form.${field}`)}
            min={min}
            max={max}
            step={step}
            value={changed[field] ?? spec[field] ?? ""}
            onChange={(next) => setChanged({ ...changed, [field]: next })}
          />
        ))}
      </SimpleGrid>
      <ProblemNote error={save.error} />
      {Object.keys(changed).length > 0 && (
        <Group gap="sm">
          <Button type="submit" size="xs" loading={save.isPending}>
            {t("map.form.save")}
          </Button>
          <Button size="xs" variant="default" onClick={() => setChanged({})}>
            {t("map.form.undo")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function changeOf(typed: Typed): CameraChange {
  const pairs = Object.entries(typed).map(([field, value]) => [
    field,
    typeof value === "number" ? value : null,
  ]);
  return Object.fromEntries(pairs) as CameraChange;
}
