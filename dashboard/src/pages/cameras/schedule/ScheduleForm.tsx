import { Button, Group, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "../../../parts/Mark";
import { ProblemNote } from "../../../parts/ProblemNote";
import { ALWAYS, isOnHalfHours, NEVER, ofWindows, type Schedule, toWindows } from "./week";
import { WeekGrid } from "./WeekGrid";

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Always, or the half hours of the week that are painted. */
export function ScheduleForm(props: {
  schedule: Schedule | null;
  cameras: number;
  saving: boolean;
  error: Error | null;
  onSave: (schedule: Schedule | null) => void;
}) {
  const { t } = useTranslation();
  const { schedule, cameras, saving, error, onSave } = props;
  const [always, setAlways] = useState(schedule === null);
  const [zone, setZone] = useState(schedule?.time_zone ?? HERE);
  const [week, setWeek] = useState(() => (schedule ? ofWindows(schedule.windows ?? []) : NEVER));
  const windows = toWindows(week);
  const holidays = schedule?.holidays ?? [];

  return (
    <Stack gap="md">
      <Group gap="md" align="end">
        <SegmentedControl
          aria-label={t("cameraPages.applies")}
          value={always ? "always" : "week"}
          onChange={(value) => setAlways(value === "always")}
          data={["always", "week"].map((value) => ({
            value,
            label: t(`cameraPages.when.${value}`),
          }))}
        />
        {!always && (
          <>
            <Select
              label={t("cameraPages.timeZone")}
              data={[...new Set([zone, ...Intl.supportedValuesOf("timeZone")])]}
              value={zone}
              onChange={(value) => setZone(value ?? HERE)}
              allowDeselect={false}
              searchable
            />
            <Button variant="default" onClick={() => setWeek(ALWAYS)}>
              {t("cameraPages.paintAll")}
            </Button>
            <Button variant="default" onClick={() => setWeek(NEVER)}>
              {t("cameraPages.paintNone")}
            </Button>
          </>
        )}
      </Group>
      {!always && (
        <>
          <Text size="sm" c="dimmed">
            {t("cameraPages.how.week")}
          </Text>
          <WeekGrid week={week} onChange={setWeek} />
          {schedule && !isOnHalfHours(schedule.windows ?? []) && (
            <Mark tone="major">{t("cameraPages.rounded")}</Mark>
          )}
          <Text size="sm" role="status">
            {windows.length === 0
              ? t("cameraPages.never")
              : windows
                  .map(({ days = [], begin, end }) => {
                    const names = days.map((day) => t(`cameraPages.day.${day}`)).join(" ");
                    return `${names} ${begin}–${end === "00:00" ? "24:00" : end}`;
                  })
                  .join(" · ")}
          </Text>
          {holidays.length > 0 && (
            <Text size="sm" c="dimmed">
              {t("cameraPages.holidays", { names: holidays.map(({ name }) => name).join(", ") })}
            </Text>
          )}
        </>
      )}
      {cameras > 1 && (
        <Text size="sm" c="dimmed">
          {t("cameraPages.scheduleShared", { count: cameras })}
        </Text>
      )}
      <ProblemNote error={error} />
      <Button
        w="fit-content"
        loading={saving}
        onClick={() => onSave(always ? null : { time_zone: zone, windows, holidays })}
      >
        {t("cameraPages.save")}
      </Button>
    </Stack>
  );
}
