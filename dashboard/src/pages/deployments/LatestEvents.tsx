import { Text } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Deployment } from "../../api/deployments";
import { eventsQuery } from "../../api/events";
import { EventDialog } from "../../parts/EventDialog";
import { EventRow } from "../../parts/EventRow";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Waiting } from "../../parts/Waiting";

const SHOWN = 6;

/** The newest events that a deployment raised; they come in by themselves. */
export function LatestEvents(props: { deployment: Deployment }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string>();
  const { id, spec } = props.deployment;
  const events = useInfiniteQuery(eventsQuery({ scenario: spec.scenario }));
  const mine = events.data?.filter((event) => event.deployment.id === id).slice(0, SHOWN);

  return (
    <Panel
      title={t("deployments.latest")}
      actions={
        <Link to="/events" search={{ scenario: spec.scenario }}>
          {t("deployments.allEvents")} →
        </Link>
      }
    >
      <ProblemNote error={events.error} onRetry={() => void events.refetch()} />
      {events.isPending && !events.error && <Waiting height={80} />}
      {mine?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(spec.enabled ? "deployments.noneYet" : "deployments.noneWhilePaused")}
        </Text>
      )}
      {mine?.map((event) => (
        <EventRow key={event.id} event={event} chosen={false} onChoose={setOpen} />
      ))}
      {open && <EventDialog id={open} onClose={() => setOpen(undefined)} />}
    </Panel>
  );
}
