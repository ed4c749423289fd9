import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Event } from "../api/events";
import { clock } from "../i18n/time";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { classTone } from "../meaning/classTone";
import { severityTone } from "../meaning/severityTone";
import { Facts } from "./Facts";
import { Mark } from "./Mark";
import { percent } from "./percent";
import { useClassNames } from "./useClassNames";

/** Everything the platform knows about an event, beside its picture. */
export function EventFacts(props: { event: Event }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { event } = props;
  const classNames = useClassNames(event.algorithms);

  return (
    <Facts
      facts={[
        [
          t("fact.scenario"),
          inLanguage(language, event.scenario_title_zh, event.scenario_title_en),
        ],
        [
          t("fact.severity"),
          <Mark key="severity" tone={severityTone(event.severity)}>
            {t(`severity.${event.severity}`, event.severity)}
          </Mark>,
        ],
        [
          t("fact.camera"),
          <Link key="camera" to="/cameras/$id" params={{ id: event.camera.id }}>
            {event.camera.name}
          </Link>,
        ],
        ...event.objects.map((object): [string, React.ReactNode] => [
          t("fact.track", { id: object.track_id }),
          <Mark key="object" tone={classTone(object.class_name)}>
            {classNames(object.class_name)} {percent(object.confidence)}
          </Mark>,
        ]),
        [t("fact.confidence"), percent(event.confidence)],
        [t("fact.opened"), clock(language, event.opened_at)],
        [t("fact.firstSeen"), clock(language, event.first_seen_at)],
        [t("fact.lastSeen"), clock(language, event.last_seen_at)],
        [t("fact.lifeCycle"), t(`lifeCycle.${event.life_cycle}`, event.life_cycle)],
        [
          t("fact.seen"),
          event.occurrences > 1 ? t("fact.times", { count: event.occurrences }) : undefined,
        ],
        [t("fact.zone"), event.zone ?? t("fact.wholePicture")],
        [t("fact.algorithm"), event.algorithms.map((a) => `${a.name} ${a.version}`).join(", ")],
        [t("fact.event"), event.id],
      ]}
    />
  );
}
