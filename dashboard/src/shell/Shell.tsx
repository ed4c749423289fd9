import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { followMessages } from "../api/eventStream";
import { KeyList } from "../keys/KeyList";
import { press } from "../keys/registry";
import { useKeys } from "../keys/useKeys";
import { LanguageSwitch } from "./LanguageSwitch";
import classes from "./Shell.module.css";
import { PAGES } from "./pages";
import { SignOut } from "./SignOut";
import { ThemeSwitch } from "./ThemeSwitch";

/** The frame around every page once signed in. */
export function Shell() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [listsKeys, setListsKeys] = useState(false);
  useEffect(() => followMessages(queries), [queries]);
  useEffect(() => {
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  useKeys([
    { press: "?", word: "keys.list", run: () => setListsKeys(true) },
    ...PAGES.map(({ to, key, word }) => ({
      press: `g ${key}`,
      word,
      run: () => void navigate({ to }),
    })),
  ]);

  return (
    <div className={classes.shell}>
      <header className={classes.header}>
        <Link to="/" className={classes.brand}>
          <img src="/longan.svg" alt="" width={22} height={22} />
          Longan
        </Link>
        <nav className={classes.nav}>
          {PAGES.map(({ to, word }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
              {t(word)}
            </Link>
          ))}
        </nav>
        <Button size="compact-sm" variant="subtle" c="dimmed" fw={400} onClick={() => setListsKeys(true)}>
          {t("shell.keys")}
        </Button>
        <LanguageSwitch />
        <ThemeSwitch />
        <SignOut />
      </header>
      <main className={classes.main}>
        <Outlet />
      </main>
      {listsKeys && <KeyList onClose={() => setListsKeys(false)} />}
    </div>
  );
}
