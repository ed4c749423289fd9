import { SegmentedControl, Select, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import { deploymentsQuery, type Shape } from "../../api/deployments";
import type { Scenario } from "../../api/scenarios";
import { knownShapes } from "./knownShapes";
import type { DraftSearch } from "./search";
import { ZoneEditor } from "./ZoneEditor";

/** Where in the picture it counts, for all cameras alike or for each by itself. */
export function Zones(props: {
  draft: DraftSearch;
  scenario: Scenario | undefined;
  cameraIds: string[];
  onEdit: (change: DraftSearch) => void;
}) {
  const { t } = useTranslation();
  const { draft, scenario, cameraIds, onEdit } = props;
  const cameras = (useQuery(camerasQuery).data ?? []).filter(({ id }) => cameraIds.includes(id));
  const deployments = useQuery(deploymentsQuery).data ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [alike, setAlike] = useState(draft.zones_by_camera === undefined);
  const camera = cameras.find(({ id }) => id === chosen) ?? cameras[0];
  const drawn = (camera && !alike ? draft.zones_by_camera?.[camera.id] : undefined) ?? draft.zones;
  if (!camera) return null;

  function change(shapes: Shape[]): void {
    if (!camera) return;
    const filled = shapes.length > 0 ? shapes : undefined;
    if (alike) return onEdit({ zones: filled });
    onEdit({ zones_by_camera: { ...draft.zones_by_camera, [camera.id]: shapes } });
  }

  return (
    <Stack gap="md">
      {cameras.length > 1 && (
        <SegmentedControl
          w="fit-content"
          data={[
            { value: "alike", label: t("deploying.alike") },
            { value: "each", label: t("deploying.each") },
          ]}
          value={alike ? "alike" : "each"}
          onChange={(value) => {
            setAlike(value === "alike");
            if (value === "alike") onEdit({ zones_by_camera: undefined });
          }}
        />
      )}
      {cameras.length > 1 && (
        <Select
          w={280}
          label={t(alike ? "deploying.seenBy" : "deploying.camera")}
          data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
          value={camera.id}
          onChange={setChosen}
          allowDeselect={false}
          searchable
        />
      )}
      <ZoneEditor
        key={`${camera.id} ${alike}`}
        camera={camera}
        known={knownShapes(camera.id, deployments)}
        shapes={drawn ?? []}
        needsLine={scenario?.rule.rule === "crossing"}
        onChange={change}
      />
    </Stack>
  );
}
