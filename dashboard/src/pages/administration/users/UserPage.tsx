import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteUser, userQuery, usersQuery } from "../../../api/access";
import { Problem } from "../../../api/problem";
import { Empty } from "../../../parts/Empty";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";
import { Confirm } from "../Confirm";
import { UserForm } from "./UserForm";

export function UserPage(props: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/administration" });
  const queries = useQueryClient();
  const user = useQuery(userQuery(props.id));
  const may = useMay()("access.write");
  const [deleting, setDeleting] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteUser(props.id),
    onSuccess: async () => {
      await navigate({ search: { tab: "users" }, ignoreBlocker: true });
      await queries.invalidateQueries(usersQuery);
    },
  });

  if (user.error instanceof Problem && user.error.status === 404) {
    return <Empty text={t("administration.users.notFound")} />;
  }
  if (!user.data) {
    return user.error ? (
      <ProblemNote error={user.error} onRetry={() => void user.refetch()} />
    ) : (
      <Waiting />
    );
  }
  const { name, display_name } = user.data;
  return (
    <Panel
      title={`${display_name} · ${name}`}
      actions={
        may && (
          <Button
            size="compact-sm"
            variant="subtle"
            c="var(--critical)"
            onClick={() => setDeleting(true)}
          >
            {t("administration.users.delete")}
          </Button>
        )
      }
    >
      <UserForm user={user.data} />
      {deleting && (
        <Confirm
          title={t("administration.users.deleteTitle", { name: display_name })}
          text={t("administration.users.deleteText")}
          word={t("administration.users.delete")}
          destroys
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate()}
          onClose={() => setDeleting(false)}
        />
      )}
    </Panel>
  );
}
