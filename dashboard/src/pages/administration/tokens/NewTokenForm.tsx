import { TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createToken, type Grant, type NewToken, tokensQuery } from "../../../api/access";
import { MomentInput } from "../../../parts/MomentInput";
import { GrantsEditor } from "../GrantsEditor";
import { EditForm } from "../EditForm";
import { useDraft } from "../useDraft";

const EMPTY = {
  name: "",
  grants: [{ role: "dashboard", division: null }] as Grant[],
  expires_at: null as string | null,
};

export function NewTokenForm(props: { onMade: (token: NewToken) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const draft = useDraft(EMPTY);
  const save = useMutation({
    mutationFn: async () =>
      props.onMade(await createToken({ ...draft.value, name: draft.value.name.trim() })),
    onSuccess: () => queries.invalidateQueries(tokensQuery),
  });

  return (
    <EditForm right="access.write" draft={draft} save={save}>
      <TextInput
        label={t("administration.tokens.name")}
        description={t("administration.tokens.nameHint")}
        value={draft.value.name}
        onChange={({ currentTarget }) => draft.set({ name: currentTarget.value })}
        maxLength={64}
        required
      />
      <GrantsEditor grants={draft.value.grants} onChange={(grants) => draft.set({ grants })} />
      <MomentInput
        label={t("administration.tokens.expires")}
        description={t("administration.tokens.expiresHint")}
        value={draft.value.expires_at ?? undefined}
        onChange={(at) => draft.set({ expires_at: at ?? null })}
      />
    </EditForm>
  );
}
