import { Button, FileInput, Group, Progress, SegmentedControl, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import type { Deployment, Revision } from "../../api/deployments";
import { type ReplayOrder, replayQuery, startReplay } from "../../api/replays";
import { uploadClip } from "../../api/trials";
import { Panel } from "../../parts/Panel";
import { percent } from "../../parts/percent";
import { ProblemNote } from "../../parts/ProblemNote";
import { Difference } from "./Difference";
import "../deploying/words";

const HOURS = [1, 24, 168] as const;

/** Runs one revision against another over the same clips. */
export function Compare(props: {
  deployment: Deployment;
  revisions: Revision[];
  cameras: Camera[];
  replayId: string | undefined;
  onReplay: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { deployment, revisions, cameras, replayId, onReplay } = props;
  const [one, setOne] = useState<string | null>(null);
  const [other, setOther] = useState<string | null>(null);
  const [over, setOver] = useState<"recorded" | "clip">("recorded");
  const [camera, setCamera] = useState<string | null>(null);
  const [hours, setHours] = useState<string>(String(HOURS[0]));
  const [file, setFile] = useState<File | null>(null);
  const revision = Number(one ?? deployment.revision);
  const against = Number(other ?? deployment.revision - 1);
  const where = camera ?? cameras[0]?.id;
  const numbers = revisions.map((each) => String(each.revision));
  const replay = useQuery({ ...replayQuery(replayId ?? ""), enabled: replayId !== undefined });
  const runs = replay.data && !replay.data.ended_at;
  const start = useMutation({
    mutationFn: async () => {
      const order: ReplayOrder = { revision, against_revision: against };
      if (over === "clip" && file) {
        order.clip_ids = [(await uploadClip(file, where)).id];
      } else if (where) {
        const until = new Date();
        const since = new Date(until.getTime() - Number(hours) * 3_600_000);
        order.recorded = {
          camera_id: where,
          since: since.toISOString(),
          until: until.toISOString(),
        };
      }
      return startReplay(deployment.id, order);
    },
    onSuccess: ({ id }) => onReplay(id),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    start.mutate();
  }

  if (revisions.length < 2) {
    return (
      <Panel title={t("deployments.compare")}>
        <Text size="sm" c="dimmed">
          {t("deployments.oneRevision")}
        </Text>
      </Panel>
    );
  }

  return (
    <Panel title={t("deployments.compare")}>
      <Stack component="form" gap="md" onSubmit={submit}>
        <Text size="sm">{t("deployments.compareText")}</Text>
        <Group gap="md" align="end">
          <Select
            w={120}
            label={t("deployments.thisRevision")}
            data={numbers}
            value={String(revision)}
            onChange={setOne}
            allowDeselect={false}
          />
          <Select
            w={120}
            label={t("deployments.against")}
            data={numbers}
            value={String(against)}
            onChange={setOther}
            allowDeselect={false}
          />
          <Select
            w={220}
            label={t("deployments.camera")}
            data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
            value={where ?? null}
            onChange={setCamera}
            allowDeselect={false}
          />
        </Group>
        <SegmentedControl
          w="fit-content"
          data={[
            { value: "recorded", label: t("deployments.recorded") },
            { value: "clip", label: t("deployments.clip") },
          ]}
          value={over}
          onChange={setOver}
        />
        {over === "recorded" ? (
          <Select
            w={220}
            label={t("deployments.period")}
            data={HOURS.map((n) => ({ value: String(n), label: t(`deployments.hours.${n}`) }))}
            value={hours}
            onChange={(value) => setHours(value ?? hours)}
            allowDeselect={false}
          />
        ) : (
          <FileInput
            w={280}
            label={t("deploying.clip")}
            placeholder={t("deploying.chooseClip")}
            accept="video/*"
            value={file}
            onChange={setFile}
            clearable
          />
        )}
        <ProblemNote error={start.error ?? replay.error} />
        <Button
          type="submit"
          w="fit-content"
          loading={start.isPending}
          disabled={revision === against || runs || (over === "clip" ? !file : !where)}
        >
          {t("deployments.run")}
        </Button>
        {runs && (
          <div role="status">
            <Text size="sm">
              {t(`deploying.trialState.${replay.data.state}`, {
                percent: percent(replay.data.progress),
              })}
            </Text>
            <Progress value={replay.data.progress * 100} aria-label={t("deployments.compare")} mt={4} />
          </div>
        )}
        {replay.data?.state === "failed" && (
          <ProblemNote error={new Error(replay.data.message ?? "")} />
        )}
        {replay.data?.state === "done" && <Difference replay={replay.data} />}
      </Stack>
    </Panel>
  );
}
