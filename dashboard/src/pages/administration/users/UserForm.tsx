import { PasswordInput, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { changeUser, type User } from "../../../api/access";
import { GrantsEditor } from "../GrantsEditor";
import { EditForm } from "../EditForm";
import { useDraft } from "../useDraft";

/** What can be changed of a user; the name is what others know him by and stays. */
export function UserForm(props: { user: User }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { user } = props;
  const draft = useDraft({
    display_name: user.display_name,
    grants: user.grants,
    disabled: user.disabled,
    revision: user.revision,
    password: "",
  });
  const save = useMutation({
    mutationFn: async () => {
      const { password, display_name, grants, disabled } = draft.value;
      const change = { display_name, grants, disabled, ...(password && { password }) };
      await changeUser(user.id, draft.over.revision, change);
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["access"] });
      draft.discard();
    },
  });

  return (
    <EditForm right="access.write" draft={draft} save={save}>
      <TextInput
        label={t("administration.users.displayName")}
        value={draft.value.display_name}
        onChange={({ currentTarget }) => draft.set({ display_name: currentTarget.value })}
        maxLength={128}
        required
      />
      <PasswordInput
        label={t("administration.users.newPassword")}
        description={t("administration.users.newPasswordHint")}
        value={draft.value.password}
        onChange={({ currentTarget }) => draft.set({ password: currentTarget.value })}
        minLength={10}
        maxLength={200}
        autoComplete="new-password"
      />
      <GrantsEditor grants={draft.value.grants} onChange={(grants) => draft.set({ grants })} />
      <Switch
        label={t("administration.users.mayNot")}
        description={t("administration.users.mayNotHint")}
        checked={draft.value.disabled}
        onChange={({ currentTarget }) => draft.set({ disabled: currentTarget.checked })}
      />
    </EditForm>
  );
}
