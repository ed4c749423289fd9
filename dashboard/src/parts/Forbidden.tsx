import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "../api/session";
import { Empty } from "./Empty";

/** In the place of what the roles of who is signed in do not open. */
export function Forbidden() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  const roles = session?.grants.map(({ role }) => t(`access.roles.${role}`, role));
  return (
    <Empty
      text={t("access.forbidden", {
        name: session?.name,
        roles: [...new Set(roles)].join(", "),
      })}
    />
  );
}
