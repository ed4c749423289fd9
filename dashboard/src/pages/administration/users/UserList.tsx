import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { usersQuery } from "../../../api/access";
import { clock } from "../../../i18n/time";
import { useLanguage } from "../../../i18n/useLanguage";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/Mark";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";
import { GrantsInWords } from "../GrantsInWords";

export function UserList() {
  const { t } = useTranslation();
  const language = useLanguage();
  const users = useQuery(usersQuery);
  const may = useMay()("access.write");
  const add = may && (
    <Link to="/administration" search={{ tab: "users", open: "new" }}>
      {t("administration.users.add")}
    </Link>
  );

  return (
    <Panel title={t("administration.users.title")} actions={users.data?.length ? add : undefined}>
      <ProblemNote error={users.error} onRetry={() => void users.refetch()} />
      {users.isPending && !users.error && <Waiting />}
      {users.data?.length === 0 && <Empty text={t("administration.users.none")}>{add}</Empty>}
      {users.data && users.data.length > 0 && (
        <Rows
          label={t("administration.users.title")}
          minWidth={720}
          columns={[
            { head: t("administration.users.displayName") },
            { head: t("administration.users.name") },
            { head: t("administration.access.grants") },
            { head: t("administration.users.state") },
            { head: t("administration.users.lastSignIn"), number: true },
          ]}
          rows={users.data.map((user) => ({
            key: user.id,
            cells: [
              <Link key="link" to="/administration" search={{ tab: "users", open: user.id }}>
                {user.display_name}
              </Link>,
              user.name,
              <GrantsInWords key="grants" grants={user.grants} />,
              <Mark key="state" tone={user.disabled ? "quiet" : "good"}>
                {t(`administration.users.${user.disabled ? "disabled" : "enabled"}`)}
              </Mark>,
              user.last_sign_in_at
                ? clock(language, user.last_sign_in_at)
                : t("administration.users.never"),
            ],
          }))}
        />
      )}
    </Panel>
  );
}
