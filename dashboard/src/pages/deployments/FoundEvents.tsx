import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import type { FoundEvent } from "../../api/replays";
import type { Trial } from "../../api/trials";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { percent } from "../../parts/percent";
import classes from "./FoundEvents.module.css";
import "../deploying/words";

const SHOWN = 24;

type Found = FoundEvent | NonNullable<Trial["events"]>[number];

/** Events of a replay or a trial with their pictures; faces and plates are masked in them. */
export function FoundEvents(props: { events: Found[] }) {
  const { t } = useTranslation();
  const { events } = props;
  if (events.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("deployments.noEvents")}
      </Text>
    );
  }
  return (
    <>
      <ul className={classes.events}>
        {events.slice(0, SHOWN).map((event, index) => (
          <OneEvent key={event.id ?? index} event={event} />
        ))}
      </ul>
      {events.length > SHOWN && (
        <Text size="sm" c="dimmed">
          {t("deploying.more", { count: events.length - SHOWN })}
        </Text>
      )}
    </>
  );
}

function OneEvent(props: { event: Found }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { event } = props;
  const cameras = useQuery(camerasQuery).data ?? [];
  const camera = "camera_id" in event ? cameras.find(({ id }) => id === event.camera_id) : undefined;
  const when =
    "at" in event && event.at
      ? clock(language, event.at)
      : t("deployments.intoClip", { seconds: event.opened_s.toFixed(1) });
  const facts = [camera?.name, when, event.zone, percent(event.confidence)];

  return (
    <li data-found={event.id}>
      <div className={classes.picture}>
        {event.picture_url ? (
          <>
            <img src={event.picture_url} alt={t("deployments.pictureAt", { when })} loading="lazy" />
            {event.objects.map(({ track_id, box: [x1 = 0, y1 = 0, x2 = 0, y2 = 0] }) => (
              <span
                key={track_id}
                className={classes.box}
                style={{
                  left: share(x1),
                  top: share(y1),
                  width: share(x2 - x1),
                  height: share(y2 - y1),
                }}
              />
            ))}
          </>
        ) : (
          <span>{t("deployments.noPicture")}</span>
        )}
      </div>
      {facts.filter(Boolean).join(" · ")}
    </li>
  );
}

function share(fraction: number): string {
  return `${(fraction * 100).toFixed(2)}%`;
}
