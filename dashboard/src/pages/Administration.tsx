import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "../api/session";
import { Forbidden } from "../parts/Forbidden";
import { ProblemNote } from "../parts/ProblemNote";
import { useMay } from "../parts/useMay";
import { Waiting } from "../parts/Waiting";
import { Page } from "../shell/Page";
import { Audit } from "./administration/audit/Audit";
import { Divisions } from "./administration/divisions/Divisions";
import { ResponsibilityLists } from "./administration/responsibility/ResponsibilityLists";
import { Roles } from "./administration/roles/Roles";
import { type Tab, TAB_NAMES, TABS } from "./administration/search";
import { Sinks } from "./administration/sinks/Sinks";
import { SystemState } from "./administration/system/SystemState";
import { Tabs } from "./administration/Tabs";
import { Tokens } from "./administration/tokens/Tokens";
import { Users } from "./administration/users/Users";
import "./administration/words";

const VIEWS: Record<Tab, ComponentType> = {
  system: SystemState,
  responsibility: ResponsibilityLists,
  divisions: Divisions,
  sinks: Sinks,
  users: Users,
  tokens: Tokens,
  roles: Roles,
  audit: Audit,
};

/** What a platform needs to be run, for those who run it. */
export function Administration() {
  const { t } = useTranslation();
  const may = useMay();
  const session = useQuery(sessionQuery);
  const asked = useSearch({ from: "/inside/administration" }).tab;
  const tab = asked ?? TAB_NAMES.find((each) => may(TABS[each])) ?? "system";
  const View = VIEWS[tab];

  return (
    <Page title={t("nav.administration")}>
      <ProblemNote error={session.error} onRetry={() => void session.refetch()} />
      <Tabs tab={tab} />
      {session.isPending && <Waiting />}
      {session.data && (may(TABS[tab]) ? <View /> : <Forbidden />)}
    </Page>
  );
}
