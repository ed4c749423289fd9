import { Button, Checkbox, SegmentedControl, Select } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Rail.module.css";
import { hidden, LAYERS, type Layer, type MapSearch, VIEWS } from "./search";
import { TimeRange } from "./TimeRange";

/** What is drawn: the view, the place, the time and the layers. */
export function Rail(props: {
  search: MapSearch;
  hours: NonNullable<MapSearch["hours"]>;
  divisions: string[];
  counts: Record<Layer, number>;
  unplaced: number;
  onChange: (search: MapSearch) => void;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { search, hours, divisions, counts, unplaced, onChange } = props;
  const hide = hidden(search.hide);

  function show(layer: Layer, on: boolean): void {
    const next = LAYERS.filter((each) => (each === layer ? !on : hide.includes(each)));
    onChange({ ...search, hide: next.length ? next.join(",") : undefined });
  }

  return (
    <aside className={classes.rail} data-open={open} aria-label={t("map.options")}>
      <div className={classes.head}>
        <h1>{t("nav.map")}</h1>
        <SegmentedControl
          size="xs"
          aria-label={t("map.views")}
          data={VIEWS.map((view) => ({ value: view, label: t(`map.view.${view}`) }))}
          value={search.view ?? "map"}
          onChange={(value) => {
            const view = VIEWS.find((each) => each === value && each !== "map");
            onChange({ ...search, view });
          }}
        />
        <Button
          className={classes.more}
          size="compact-sm"
          variant="default"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t("map.options")}
        </Button>
      </div>
      <div className={classes.options}>
        <Select
          size="xs"
          aria-label={t("map.division")}
          placeholder={t("map.allDivisions")}
          data={divisions}
          value={search.division ?? null}
          onChange={(division) =>
            onChange({ ...search, division: division ?? undefined, at: undefined })
          }
          clearable
          searchable
        />
        <TimeRange
          hours={hours}
          until={search.until}
          onChange={(next, until) => onChange({ ...search, hours: next, until })}
        />
        <fieldset className={classes.part}>
          <legend>{t("map.layers")}</legend>
          {LAYERS.map((layer) => (
            <Checkbox
              key={layer}
              size="xs"
              label={`${t(`map.layer.${layer}`)} · ${counts[layer]}`}
              checked={!hide.includes(layer)}
              onChange={(change) => show(layer, change.currentTarget.checked)}
            />
          ))}
          <Checkbox
            size="xs"
            label={t("map.heat")}
            disabled={search.view !== undefined}
            checked={search.heat ?? false}
            onChange={(change) =>
              onChange({ ...search, heat: change.currentTarget.checked || undefined })
            }
          />
        </fieldset>
        {unplaced > 0 && (
          <Link to="/cameras" className={classes.quiet}>
            {t("map.unplaced", { count: unplaced })} →
          </Link>
        )}
      </div>
    </aside>
  );
}
