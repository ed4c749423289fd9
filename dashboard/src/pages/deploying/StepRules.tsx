import { NumberInput, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Panel } from "../../parts/Panel";
import type { StepProps } from "./part";
import { RuleForm } from "./RuleForm";
import { ScheduleForm } from "./ScheduleForm";
import { Zones } from "./Zones";
import { Wrong } from "./Wrong";

/** Step 3: where in the picture, when, and by which values. */
export function StepRules(props: StepProps & { cameraIds: string[] }) {
  const { t } = useTranslation();
  const { draft, scenario, problem, onEdit, cameraIds } = props;
  const wrongPlace = problem?.at("zones") ?? problem?.at("zones_by_camera");

  return (
    <Stack gap="sm">
      <Panel title={t("deploying.where")}>
        <Wrong message={wrongPlace} />
        <Zones draft={draft} scenario={scenario} cameraIds={cameraIds} onEdit={onEdit} />
      </Panel>
      <Panel title={t("deploying.when")}>
        <ScheduleForm
          schedule={draft.schedule}
          onChange={(schedule) => onEdit({ schedule })}
          error={problem?.at("schedule")}
        />
      </Panel>
      {scenario && (
        <Panel title={t("deploying.values")}>
          <Stack gap="md">
            <RuleForm
              scenario={scenario}
              values={draft.rule ?? {}}
              onChange={(rule) => onEdit({ rule })}
              error={problem?.at("rule")}
            />
            <NumberInput
              maw={320}
              label={t("deploying.fps")}
              description={t("deploying.fpsHint", { fps: scenario.fps })}
              placeholder={t("deploying.asCamera")}
              value={draft.fps ?? ""}
              onChange={(fps) => onEdit({ fps: fps === "" ? undefined : Number(fps) })}
              error={problem?.at("fps")}
              min={0.1}
              max={30}
              decimalScale={1}
            />
          </Stack>
        </Panel>
      )}
    </Stack>
  );
}
