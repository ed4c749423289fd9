import { SimpleGrid, Text, Title } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Event, eventQuery } from "../../api/events";
import type { Trial } from "../../api/trials";
import { EventDialog } from "../../parts/EventDialog";
import { EventRow } from "../../parts/EventRow";
import { FoundEvents } from "../deployments/FoundEvents";

const SHOWN = 12;

/** What would have been raised beside what was. */
export function TrialOutcome(props: { trial: Trial }) {
  const { t } = useTranslation();
  const { trial } = props;
  const events = trial.events ?? [];
  const shown = trial.raised_event_ids.slice(0, SHOWN);
  const raised = useQueries({ queries: shown.map(eventQuery) }).flatMap(({ data }) => data ?? []);
  const [open, setOpen] = useState<string>();
  const ofClips = trial.clip_ids.length > 0;
  const clips = trial.event_ids.length + trial.clip_ids.length;

  return (
    <>
      <Text fw={600} role="status">
        {t("deploying.would", { count: events.length })}
      </Text>
      <Text size="sm" c="dimmed">
        {t(ofClips ? "deploying.overClips" : "deploying.overHour", { count: clips })}
      </Text>
      {ofClips && <FoundEvents events={events} />}
      {!ofClips && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <section>
            <Title order={3} mb="sm">
              {t("deploying.wouldHave", { count: events.length })}
            </Title>
            <FoundEvents events={events} />
          </section>
          <section>
            <Title order={3} mb="sm">
              {t("deploying.wasRaised", { count: trial.raised_event_ids.length })}
            </Title>
            {shown.length === 0 && (
              <Text size="sm" c="dimmed">
                {t("deploying.noneRaised")}
              </Text>
            )}
            {raised.map((event: Event) => (
              <EventRow
                key={event.id}
                event={event}
                chosen={false}
                onChoose={setOpen}
              />
            ))}
            {trial.raised_event_ids.length > SHOWN && (
              <Text size="sm" c="dimmed">
                {t("deploying.more", { count: trial.raised_event_ids.length - SHOWN })}
              </Text>
            )}
          </section>
        </SimpleGrid>
      )}
      {open && <EventDialog id={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
