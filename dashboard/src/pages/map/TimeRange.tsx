import { ActionIcon, Group, Select, Slider } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import classes from "./Rail.module.css";
import { RANGES } from "./search";
import { MOST_BACK, sinceOf, stepsBack, untilBack } from "./time";

type Hours = (typeof RANGES)[number];

/** How long a time, and how far back it ends. */
export function TimeRange(props: {
  hours: Hours;
  until: string | undefined;
  onChange: (hours: Hours, until: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { hours, until, onChange } = props;
  const steps = stepsBack(hours, until);
  const name = (range: Hours) =>
    range > 24 ? t("map.days", { count: range / 24 }) : t("map.hours", { count: range });

  return (
    <div className={classes.part}>
      <Group gap="xs" wrap="nowrap">
        <Select
          size="xs"
          w={104}
          aria-label={t("map.range")}
          allowDeselect={false}
          data={RANGES.map((range) => ({ value: String(range), label: name(range) }))}
          value={String(hours)}
          onChange={(value) => onChange(RANGES.find((r) => String(r) === value) ?? hours, until)}
        />
        <ActionIcon
          variant="default"
          aria-label={t("map.earlier")}
          disabled={steps >= MOST_BACK}
          onClick={() => onChange(hours, untilBack(hours, steps + 1))}
        >
          [
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t("map.later")}
          disabled={steps === 0}
          onClick={() => onChange(hours, untilBack(hours, steps - 1))}
        >
          ]
        </ActionIcon>
      </Group>
      <Slider
        size="sm"
        thumbLabel={t("map.back")}
        min={-MOST_BACK}
        max={0}
        label={null}
        value={-steps}
        onChange={(value) => onChange(hours, untilBack(hours, -value))}
      />
      <span className={classes.quiet}>
        {clock(language, sinceOf(hours, until))} – {until ? clock(language, until) : t("map.now")}
      </span>
    </div>
  );
}
