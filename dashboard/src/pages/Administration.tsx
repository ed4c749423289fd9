import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../shell/Page";
import { Divisions } from "./administration/divisions/Divisions";
import { ResponsibilityLists } from "./administration/responsibility/ResponsibilityLists";
import { Sinks } from "./administration/sinks/Sinks";
import { SystemState } from "./administration/system/SystemState";
import { Tabs } from "./administration/Tabs";

/** What a platform needs to be run, for those who run it. */
export function Administration() {
  const { t } = useTranslation();
  const { tab = "system" } = useSearch({ from: "/inside/administration" });
  return (
    <Page title={t("administration.title")}>
      <Tabs tab={tab} />
      {tab === "system" && <SystemState />}
      {tab === "responsibility" && <ResponsibilityLists />}
      {tab === "divisions" && <Divisions />}
      {tab === "sinks" && <Sinks />}
    </Page>
  );
}
