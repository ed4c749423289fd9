import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ListVersion, simulate } from "../../../api/responsibility";
import { MomentInput } from "../../../parts/MomentInput";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Moves } from "./Moves";

const WEEK_MS = 7 * 24 * 3_600_000;

/** What would have gone elsewhere under this version; nothing is written. */
export function ReplayPeriod(props: { version: ListVersion }) {
  const { t } = useTranslation();
  const { version } = props;
  const [since, setSince] = useState<string | undefined>(() =>
    new Date(Date.now() - WEEK_MS).toISOString(),
  );
  const [until, setUntil] = useState<string | undefined>(() => new Date().toISOString());
  const replay = useMutation({
    mutationFn: (period: { since: string; until: string }) =>
      simulate(version.id, period.since, period.until),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (since && until) replay.mutate({ since, until });
  }

  return (
    <Panel title={t("administration.lists.replay")}>
      <Stack component="form" gap="sm" onSubmit={submit}>
        <Text size="sm" c="dimmed">
          {t("administration.lists.replayText", { version: version.version })}
        </Text>
        <Group grow gap="sm">
          <MomentInput
            label={t("administration.lists.since")}
            value={since}
            onChange={setSince}
            required
          />
          <MomentInput
            label={t("administration.lists.until")}
            value={until}
            onChange={setUntil}
            required
          />
        </Group>
        <Button type="submit" variant="default" loading={replay.isPending}>
          {t("administration.lists.replay")}
        </Button>
        <ProblemNote error={replay.error} />
        {replay.data && <Moves simulation={replay.data} units={version.units} />}
      </Stack>
    </Panel>
  );
}
