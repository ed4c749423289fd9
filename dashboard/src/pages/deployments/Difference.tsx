import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FoundEvent, Replay } from "../../api/replays";
import { FoundEvents } from "./FoundEvents";

/** Which events only one of two revisions finds, and which both. */
export function Difference(props: { replay: Replay }) {
  const { t } = useTranslation();
  const { revision, against_revision, result, clip_ids, event_ids } = props.replay;
  const events = result?.events ?? [];
  const others = result?.against_events ?? [];
  const difference = result?.difference;
  if (!difference) return <FoundEvents events={events} />;
  const at = (list: FoundEvent[], places: number[]) => places.flatMap((place) => list[place] ?? []);
  const parts: [string, FoundEvent[]][] = [
    [t("deployments.onlyIn", { revision }), at(events, difference.only_in_revision)],
    [
      t("deployments.onlyIn", { revision: against_revision }),
      at(others, difference.only_in_against),
    ],
    [t("deployments.inBoth"), at(events, difference.same.map(([place]) => place ?? -1))],
  ];

  return (
    <>
      <Text size="sm" c="dimmed" role="status">
        {t("deployments.overClips", { count: clip_ids.length + event_ids.length })}
      </Text>
      {parts.map(([title, found]) => (
        <section key={title} aria-label={title}>
          <Title order={3} mb="sm">
            {title}: {found.length}
          </Title>
          {found.length > 0 && <FoundEvents events={found} />}
        </section>
      ))}
    </>
  );
}
