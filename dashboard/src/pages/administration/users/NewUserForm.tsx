import { PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createUser, type Grant, usersQuery } from "../../../api/access";
import { GrantsEditor } from "../GrantsEditor";
import { EditForm } from "../EditForm";
import { useDraft } from "../useDraft";

const EMPTY = {
  name: "",
  display_name: "",
  password: "",
  grants: [{ role: "reviewer", division: null }] as Grant[],
};

export function NewUserForm(props: { onMade: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const draft = useDraft(EMPTY);
  const save = useMutation({
    mutationFn: async () => void (await createUser(draft.value)),
    onSuccess: async () => {
      await queries.invalidateQueries(usersQuery);
      props.onMade();
    },
  });

  return (
    <EditForm right="access.write" draft={draft} save={save}>
      <TextInput
        label={t("administration.users.name")}
        description={t("administration.users.nameHint")}
        value={draft.value.name}
        onChange={({ currentTarget }) => draft.set({ name: currentTarget.value.trim() })}
        maxLength={64}
        spellCheck={false}
        required
      />
      <TextInput
        label={t("administration.users.displayName")}
        value={draft.value.display_name}
        onChange={({ currentTarget }) => draft.set({ display_name: currentTarget.value })}
        maxLength={128}
        required
      />
      <PasswordInput
        label={t("administration.users.password")}
        description={t("administration.users.passwordHint")}
        value={draft.value.password}
        onChange={({ currentTarget }) => draft.set({ password: currentTarget.value })}
        minLength={10}
        maxLength={200}
        autoComplete="new-password"
        required
      />
      <GrantsEditor grants={draft.value.grants} onChange={(grants) => draft.set({ grants })} />
    </EditForm>
  );
}
