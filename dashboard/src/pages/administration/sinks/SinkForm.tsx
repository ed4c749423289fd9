import { NativeSelect, Switch, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createSink, type NewSink, replaceSink, type Sink } from "../../../api/sinks";
import { EditForm } from "../EditForm";
import { useDraft } from "../useDraft";
import { MESSAGES } from "./messageTypes";
import { emptyReceiver, KINDS, receiverOf, specOf } from "./receiver";
import { ReceiverFields } from "./ReceiverFields";

const EMPTY = {
  name: "",
  receiver: emptyReceiver("webhook"),
  secret: "",
  types: [MESSAGES.orders] as string[],
  enabled: true,
  revision: 0,
};

/** A sink to change, or a new one. */
export function SinkForm(props: { sink?: Sink; onMade?: (sink: NewSink) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { sink, onMade } = props;
  const draft = useDraft(
    sink
      ? {
          name: sink.name,
          receiver: receiverOf(sink.spec),
          secret: "",
          types: sink.types,
          enabled: sink.enabled,
          revision: sink.revision,
        }
      : EMPTY,
  );
  const save = useMutation({
    mutationFn: async () => {
      const { name, receiver, types, enabled } = draft.value;
      const secret = draft.value.secret || undefined;
      const order = { name: name.trim(), spec: specOf(receiver), secret, types, enabled };
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
      {!sink && (
        <NativeSelect
          label={t("administration.sinks.kind")}
          data={KINDS.map((kind) => ({
            value: kind,
            label: t(`administration.sinks.kinds.${kind}`),
          }))}
          value={draft.value.receiver.kind}
          onChange={({ currentTarget }) => {
            const kind = KINDS.find((one) => one === currentTarget.value);
            if (kind) {
              draft.set({
                receiver: emptyReceiver(kind),
                secret: "",
                types: [kind === "webhook" ? MESSAGES.orders : MESSAGES.events],
              });
            }
          }}
        />
      )}
      <ReceiverFields
        value={draft.value.receiver}
        secret={draft.value.secret}
        hasSecret={!!sink}
        onChange={(change) => draft.set({ receiver: { ...draft.value.receiver, ...change } })}
        onSecret={(secret) => draft.set({ secret })}
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
