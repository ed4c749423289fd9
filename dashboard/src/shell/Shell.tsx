import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { followMessages } from "../api/eventStream";
import { LanguageSwitch } from "./LanguageSwitch";
import classes from "./Shell.module.css";
import { SignOut } from "./SignOut";
import { ThemeSwitch } from "./ThemeSwitch";

/** The frame around every page once signed in. */
export function Shell() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  useEffect(() => followMessages(queries), [queries]);

  return (
    <div className={classes.shell}>
      <header className={classes.header}>
        <Link to="/" className={classes.brand}>
          <img src="/longan.svg" alt="" width={22} height={22} />
          Longan
        </Link>
        <nav className={classes.nav}>
          <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
            {t("nav.wall")}
          </Link>
          <Link to="/events">{t("nav.events")}</Link>
          <Link to="/cameras">{t("nav.cameras")}</Link>
        </nav>
        <LanguageSwitch />
        <ThemeSwitch />
        <SignOut />
      </header>
      <main className={classes.main}>
        <Outlet />
      </main>
    </div>
  );
}
