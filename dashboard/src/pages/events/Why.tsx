import { useTranslation } from "react-i18next";
import type { Event } from "../../api/events";
import { Facts } from "../../parts/Facts";
import { percent } from "../../parts/percent";
import { useClassNames } from "../../parts/useClassNames";

/** Why an event fired: which model, rule, zone, scores, frames and deployment. */
export function Why(props: { event: Event }) {
  const { t } = useTranslation();
  const { event } = props;
  const classNames = useClassNames(event.algorithms);
  const before = (Date.parse(event.opened_at) - Date.parse(event.first_seen_at)) / 1000;
  const { width_px: width, height_px: height } = event.frame;
  return (
    <Facts
      facts={[
        ...event.algorithms.map((model): [string, string] => [
          t("review.model"),
          `${model.name} ${model.version} · ${model.sha256.slice(0, 12)}`,
        ]),
        [t("review.rule"), t(`review.rules.${event.rule}`, event.rule)],
        [t("fact.zone"), event.zone ?? t("fact.wholePicture")],
        [
          t("review.scores"),
          event.objects
            .map((one) => `${classNames(one.class_name)} #${one.track_id} ${percent(one.confidence)}`)
            .join(", ") || percent(event.confidence),
        ],
        [
          t("review.frames"),
          [
            t("review.framesSeen", { count: event.path.length, seconds: before.toFixed(1) }),
            t("review.size", { width, height }),
          ].join(" · "),
        ],
        [
          t("review.deployment"),
          t("review.revision", { id: event.deployment.id, revision: event.deployment.revision }),
        ],
      ]}
    />
  );
}
