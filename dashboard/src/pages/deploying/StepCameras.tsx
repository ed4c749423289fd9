import { Group, SegmentedControl, Select, Stack, TagsInput, Text } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import { divisionsOf } from "../../parts/divisions";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { CameraChoice } from "./CameraChoice";
import { FitnessAdvice } from "./FitnessAdvice";
import type { StepProps } from "./part";
import { Wrong } from "./Wrong";

const WAYS = ["named", "selector"] as const;

interface Checked {
  camera_ids: string[];
}

/** Step 2: through which cameras, whether they are fit, and whether the nodes can carry it. */
export function StepCameras(props: StepProps & { check: UseQueryResult<Checked> }) {
  const { t } = useTranslation();
  const { draft, problem, onEdit, check } = props;
  const cameras = useQuery(camerasQuery);
  const selects = draft.division !== undefined || (draft.tags?.length ?? 0) > 0;
  const [way, setWay] = useState<(typeof WAYS)[number]>(selects ? "selector" : "named");
  const known = cameras.data ?? [];
  const tags = [...new Set(known.flatMap(({ spec }) => spec.tags ?? []))].sort();
  const chosen = check.data?.camera_ids ?? draft.cameras ?? [];
  const wrong = problem?.at("camera_ids") ?? problem?.at("selector");

  return (
    <Stack gap="sm">
      <Panel title={t("deploying.step.2")}>
        <Stack gap="md">
          <ProblemNote error={cameras.error} onRetry={() => void cameras.refetch()} />
          <SegmentedControl
            w="fit-content"
            data={WAYS.map((value) => ({ value, label: t(`deploying.way.${value}`) }))}
            value={way}
            onChange={(value) => {
              setWay(value);
              onEdit({ cameras: undefined, division: undefined, tags: undefined });
            }}
          />
          {way === "named" ? (
            <CameraChoice
              cameras={known}
              chosen={draft.cameras ?? []}
              onChange={(ids) => onEdit({ cameras: ids.length > 0 ? ids : undefined })}
            />
          ) : (
            <Group align="start" gap="md">
              <Select
                w={280}
                label={t("deploying.division")}
                description={t("deploying.divisionHint")}
                data={divisionsOf(known.map(({ spec }) => spec.division))}
                value={draft.division ?? null}
                onChange={(value) => onEdit({ division: value ?? undefined })}
                clearable
                searchable
              />
              <TagsInput
                w={280}
                label={t("deploying.tags")}
                description={t("deploying.tagsHint")}
                data={tags}
                value={draft.tags ?? []}
                onChange={(value) => onEdit({ tags: value.length > 0 ? value : undefined })}
              />
            </Group>
          )}
          <Wrong message={wrong} />
          <Capacity check={check} count={chosen.length} refused={problem?.kind === "no-capacity"} />
        </Stack>
      </Panel>
      {chosen.length > 0 && draft.scenario && (
        <FitnessAdvice
          cameras={known.filter(({ id }) => chosen.includes(id))}
          scenario={draft.scenario}
          rule={draft.rule ?? {}}
          fps={draft.fps}
        />
      )}
    </Stack>
  );
}

/** Whether the nodes can carry it, in the platform's words where they cannot. */
function Capacity(props: { check: UseQueryResult<Checked>; count: number; refused: boolean }) {
  const { t } = useTranslation();
  const { check, count, refused } = props;
  if (refused) return <ProblemNote error={check.error} />;
  if (check.isFetching && (!check.data || check.isPlaceholderData)) return <Text size="sm">{t("deploying.asking")}</Text>;
  if (!check.data || check.error) return null;
  return (
    <Text size="sm" role="status">
      <Mark tone="good">{t("deploying.fits", { count })}</Mark>
    </Text>
  );
}
