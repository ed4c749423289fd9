import { Stack, Switch, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { createSink, type NewSink, replaceSink, type Sink } from "../../../api/sinks";
import { ProblemNote } from "../../../parts/ProblemNote";
import { SaveBar } from "../SaveBar";
import { useDraft } from "../useDraft";
import { MESSAGES } from "./messageTypes";

const EMPTY = { name: "", url: "", types: [MESSAGES.orders] as string[], enabled: true, revision: 0 };

/** A sink to change, or a new one. */
export function SinkForm(props: { sink?: Sink; onMade?: (sink: NewSink) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { sink, onMade } = props;
  const { value, over, dirty, set, discard } = useDraft(
    sink
      ? {
          name: sink.name,
          url: sink.spec.url,
          types: sink.types,
          enabled: sink.enabled,
          revision: sink.revision,
        }
      : EMPTY,
  );
  const save = useMutation({
    mutationFn: async () => {
      const { name, url, types, enabled } = value;
      const order = { name: name.trim(), spec: { kind: "webhook" as const, url }, types, enabled };
      if (!sink) return onMade?.(await createSink(order));
      await replaceSink(sink.id, over.revision, order);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sinks"] });
      discard();
    },
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    save.mutate();
  }

  return (
    <Stack component="form" gap="md" maw={640} onSubmit={submit}>
      <TextInput
        label={t("administration.sinks.name")}
        value={value.name}
        onChange={({ currentTarget }) => set({ name: currentTarget.value })}
        maxLength={128}
        required
      />
      <TextInput
        label={t("administration.sinks.address")}
        description={t("administration.sinks.addressHint")}
        type="url"
        value={value.url}
        onChange={({ currentTarget }) => set({ url: currentTarget.value.trim() })}
        maxLength={2000}
        required
        spellCheck={false}
      />
      <TagsInput
        label={t("administration.sinks.types")}
        description={t("administration.sinks.typesHint")}
        data={Object.values(MESSAGES)}
        value={value.types}
        onChange={(types) => set({ types })}
        acceptValueOnBlur
      />
      <Switch
        label={t("administration.sinks.enabled")}
        description={t("administration.sinks.enabledHint")}
        checked={value.enabled}
        onChange={({ currentTarget }) => set({ enabled: currentTarget.checked })}
      />
      <ProblemNote error={save.error} />
      <SaveBar
        dirty={dirty}
        busy={save.isPending}
        onDiscard={() => {
          discard();
          save.reset();
        }}
      />
    </Stack>
  );
}
