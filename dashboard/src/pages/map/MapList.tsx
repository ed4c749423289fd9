import { UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { severityTone } from "../../meaning/severityTone";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { Rows } from "../../parts/Rows";
import { StateMark } from "../../parts/StateMark";
import { useScenarioName } from "./useScenarioName";
import type { Things } from "./features";
import classes from "./MapList.module.css";
import type { Chosen } from "./scene";

/** More rows than a person reads; filters make it fewer. */
const MOST_ROWS = 200;

/** The same things as on the map, in words: for keyboards, screen readers and old browsers. */
export function MapList(props: {
  things: Things;
  onChoose: (chosen: Chosen) => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const scenario = useScenarioName();
  const { things, onChoose } = props;
  const names = new Map(things.cameras.map(({ camera }) => [camera.id, camera.name]));
  const pick = (label: string, chosen: Chosen) => (
    <UnstyledButton c="var(--accent)" fz="inherit" onClick={() => onChoose(chosen)}>
      {label}
    </UnstyledButton>
  );
  const rest = (all: unknown[]) =>
    all.length > MOST_ROWS && <p>{t("map.listMore", { count: all.length - MOST_ROWS })}</p>;

  return (
    <div className={classes.list}>
      {props.children}
      <Panel title={`${t("map.layer.events")} · ${things.events.length}`}>
        <Rows
          label={t("map.layer.events")}
          columns={[
            { head: t("map.opened") },
            { head: t("map.what") },
            { head: t("map.where") },
          ]}
          rows={things.events.slice(0, MOST_ROWS).map(({ event }) => ({
            key: event.id,
            cells: [
              pick(clock(language, event.opened_at), { event: event.id }),
              <Mark key="what" tone={severityTone(event.severity)}>
                {scenario(event.scenario)}
              </Mark>,
              names.get(event.camera_id) ?? event.camera_id,
            ],
          }))}
        />
        {rest(things.events)}
      </Panel>
      <Panel title={`${t("map.layer.cameras")} · ${things.cameras.length}`}>
        <Rows
          label={t("map.layer.cameras")}
          columns={[{ head: t("cameras.name") }, { head: t("cameras.state") }, { head: t("map.division") }]}
          rows={things.cameras.slice(0, MOST_ROWS).map(({ camera }) => ({
            key: camera.id,
            cells: [
              pick(camera.name, { camera: camera.id }),
              <StateMark key="state" state={camera.status.state} />,
              camera.spec.division,
            ],
          }))}
        />
        {rest(things.cameras)}
      </Panel>
      <Panel title={`${t("map.layer.incidents")} · ${things.incidents.length}`}>
        <Rows
          label={t("map.layer.incidents")}
          columns={[{ head: t("map.lastSeen") }, { head: t("map.what") }, { head: t("map.state") }]}
          rows={things.incidents.slice(0, MOST_ROWS).map(({ incident }) => ({
            key: incident.id,
            cells: [
              pick(clock(language, incident.last_seen_at), { incident: incident.id }),
              <Mark key="what" tone={severityTone(incident.severity)}>
                {scenario(incident.scenario)}
              </Mark>,
              t(incident.state === "open" ? "map.open" : "map.quiet"),
            ],
          }))}
        />
        {rest(things.incidents)}
      </Panel>
    </div>
  );
}
