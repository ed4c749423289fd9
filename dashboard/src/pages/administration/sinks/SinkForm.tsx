import { Switch, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createSink, type NewSink, replaceSink, type Sink } from "../../../api/sinks";
import { EditForm } from "../EditForm";
import { useDraft } from "../useDraft";
import { MESSAGES } from "./messageTypes";

const EMPTY = { name: "", url: "", types: [MESSAGES.orders] as string[], enabled: true, revision: 0 };

/** A sink to change, or a new one. */
export function SinkForm(props: { sink?: Sink; onMade?: (sink: NewSink) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { sink, onMade } = props;
  const draft = useDraft(
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
      const { name, url, types, enabled } = draft.value;
      const order = { name: name.trim(), spec: { kind: "webhook" as const, url }, types, enabled };
      if (!sink) return onMade?.(await createSink(order));
      await replaceSink(sink.id, draft.over.revision, order);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["sinks"] });
      draft.discard();
    },
  });

  return (
    <EditForm right="sinks.write" draft={draft} save={save}>
      <TextInput
        label={t("administration.sinks.name")}
        value={draft.value.name}
        onChange={({ currentTarget }) => draft.set({ name: currentTarget.value })}
        maxLength={128}
        required
      />
      <TextInput
        label={t("administration.sinks.address")}
        description={t("administration.sinks.addressHint")}
        type="url"
        value={draft.value.url}
        onChange={({ currentTarget }) => draft.set({ url: currentTarget.value.trim() })}
        maxLength={2000}
        required
        spellCheck={false}
      />
      <TagsInput
        label={t("administration.sinks.types")}
        description={t("administration.sinks.typesHint")}
        data={Object.values(MESSAGES)}
        value={draft.value.types}
        onChange={(types) => draft.set({ types })}
        acceptValueOnBlur
      />
      <Switch
        label={t("administration.sinks.enabled")}
        description={t("administration.sinks.enabledHint")}
        checked={draft.value.enabled}
        onChange={({ currentTarget }) => draft.set({ enabled: currentTarget.checked })}
      />
    </EditForm>
  );
}
