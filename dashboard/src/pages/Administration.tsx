import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../shell/Page";
import { ResponsibilityLists } from "./administration/responsibility/ResponsibilityLists";
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
    </Page>
  );
}
