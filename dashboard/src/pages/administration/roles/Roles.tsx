import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { rolesQuery } from "../../../api/access";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";
import { Waiting } from "../../../parts/Waiting";

/** Every role, whom it is for, and the rights it brings. */
export function Roles() {
  const { t } = useTranslation();
  const roles = useQuery(rolesQuery);
  return (
    <Panel title={t("administration.tab.roles")}>
      <ProblemNote error={roles.error} onRetry={() => void roles.refetch()} />
      {roles.isPending && !roles.error && <Waiting />}
      {roles.data && (
        <Rows
          label={t("administration.tab.roles")}
          minWidth={640}
          columns={[
            { head: t("administration.access.role") },
            { head: t("administration.access.actions") },
          ]}
          rows={roles.data.map(({ role, actions }) => ({
            key: role,
            cells: [
              <strong key="role" style={{ whiteSpace: "nowrap" }}>{t(`access.roles.${role}`, role)}</strong>,
              actions.join(", "),
            ],
          }))}
        />
      )}
    </Panel>
  );
}
