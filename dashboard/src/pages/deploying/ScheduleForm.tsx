import { Button, Chip, Group, Select, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schedule } from "../../api/deployments";
import { Wrong } from "./Wrong";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];
type Window = NonNullable<Schedule["windows"]>[number];

const ALWAYS_ON: Window = { days: [...DAYS], begin: "00:00:00", end: "00:00:00" };

/** When a deployment applies: always, or in windows of the week. */
export function ScheduleForm(props: {
  schedule: Schedule | undefined;
  onChange: (schedule: Schedule | undefined) => void;
  error: string | undefined;
}) {
  const { t } = useTranslation();
  const { schedule, onChange, error } = props;
  const windows = schedule?.windows ?? [];
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

  function set(place: number, change: Partial<Window>): void {
    if (!schedule) return;
    const next = windows.map((one, at) => (at === place ? { ...one, ...change } : one));
    onChange({ ...schedule, windows: next });
  }

  return (
    <Stack gap="md">
      <SegmentedControl
        w="fit-content"
        aria-label={t("deploying.when")}
        data={[
          { value: "always", label: t("deploying.always") },
          { value: "windows", label: t("deploying.windows") },
        ]}
        value={schedule ? "windows" : "always"}
        onChange={(value) =>
          onChange(value === "always" ? undefined : { time_zone: here, windows: [ALWAYS_ON] })
        }
      />
      <Wrong message={error} />
      {schedule && (
        <>
          {windows.map((window, place) => (
            <Group key={place} gap="md" role="group" aria-label={t("deploying.window", { number: place + 1 })}>
              <Chip.Group
                multiple
                value={[...(window.days ?? DAYS)]}
                onChange={(days) => {
                  const next = DAYS.filter((day) => days.includes(day));
                  if (next.length > 0) set(place, { days: next as Day[] });
                }}
              >
                <Group gap={4}>
                  {DAYS.map((day) => (
                    <Chip key={day} value={day} size="sm">
                      {t(`deploying.day.${day}`)}
                    </Chip>
                  ))}
                </Group>
              </Chip.Group>
              <TextInput
                type="time"
                aria-label={t("deploying.begin")}
                value={(window.begin ?? "00:00:00").slice(0, 5)}
                onChange={({ currentTarget }) => set(place, { begin: `${currentTarget.value}:00` })}
              />
              –
              <TextInput
                type="time"
                aria-label={t("deploying.end")}
                value={(window.end ?? "00:00:00").slice(0, 5)}
                onChange={({ currentTarget }) => set(place, { end: `${currentTarget.value}:00` })}
              />
              {windows.length > 1 && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  onClick={() =>
                    onChange({ ...schedule, windows: windows.filter((_, at) => at !== place) })
                  }
                >
                  {t("deploying.remove")}
                </Button>
              )}
            </Group>
          ))}
          <Group gap="md" align="end">
            <Select
              w={240}
              label={t("deploying.timeZone")}
              data={[...new Set([schedule.time_zone, here, ...Intl.supportedValuesOf("timeZone")])]}
              value={schedule.time_zone}
              onChange={(zone) => onChange({ ...schedule, time_zone: zone ?? here })}
              limit={50}
              allowDeselect={false}
              searchable
            />
            <Button
              variant="default"
              onClick={() => onChange({ ...schedule, windows: [...windows, ALWAYS_ON] })}
            >
              {t("deploying.addWindow")}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
