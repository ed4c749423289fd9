import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Panel } from "../../../parts/Panel";
import { Back } from "../Back";
import { NewUserForm } from "./NewUserForm";
import { UserList } from "./UserList";
import { UserPage } from "./UserPage";

/** People who sign in: all of them, a new one, or one. */
export function Users() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/administration" });
  const { open } = useSearch({ from: "/inside/administration" });

  if (open === undefined) return <UserList />;
  return (
    <>
      <Back tab="users" word={t("administration.users.all")} />
      {open === "new" ? (
        <Panel title={t("administration.users.new")}>
          <NewUserForm
            onMade={() => void navigate({ search: { tab: "users" }, ignoreBlocker: true })}
          />
        </Panel>
      ) : (
        <UserPage key={open} id={open} />
      )}
    </>
  );
}
