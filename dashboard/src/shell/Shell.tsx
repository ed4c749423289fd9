import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, Outlet, useMatches, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { followMessages } from "../api/eventStream";
import { type Action, sessionQuery } from "../api/session";
import { KeyList } from "../keys/KeyList";
import { press } from "../keys/registry";
import { useKeys } from "../keys/useKeys";
import { Forbidden } from "../parts/Forbidden";
import { LanguageSwitch } from "./LanguageSwitch";
import classes from "./Shell.module.css";
import { OwnPassword } from "./OwnPassword";
import { PAGES } from "./pages";
import { opens } from "./rights";
import { SignOut } from "./SignOut";
import { ThemeSwitch } from "./ThemeSwitch";

/** The frame around every page once signed in. */
export function Shell() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [listsKeys, setListsKeys] = useState(false);
  // Of the page that is drawn: the address may be ahead of it.
  const pathname = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? "/" });
  // Pages wait for it: they ask only what may be asked.
  const { data: session, isPending } = useQuery(sessionQuery);
  const may = (action: Action) => session?.actions.includes(action) ?? true;
  const pages = isPending ? [] : PAGES.filter(({ to }) => opens(to, may));
  // Who may not see the wall begins at the first page that opens.
  const elsewhere = pathname === "/" ? pages[0]?.to : undefined;
  const follows = session?.actions.includes("events.read") ?? false;
  useEffect(() => (follows ? followMessages(queries) : undefined), [follows, queries]);
  useEffect(() => {
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  const outside = elsewhere ? <Navigate to={elsewhere} replace /> : <Forbidden />;
  const page = opens(pathname, may) ? <Outlet /> : outside;
  useKeys([
    { press: "?", word: "keys.list", run: () => setListsKeys(true) },
    ...pages.map(({ to, key, word }) => ({
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
          {pages.map(({ to, word }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === "/", includeSearch: false }}>
              {t(word)}
            </Link>
          ))}
        </nav>
        <Button
          className={classes.keys}
          size="compact-sm"
          variant="subtle"
          c="dimmed"
          fw={400}
          onClick={() => setListsKeys(true)}
        >
          {t("shell.keys")}
        </Button>
        <LanguageSwitch />
        <ThemeSwitch />
        {session?.kind === "user" && <OwnPassword name={session.name} />}
        <SignOut />
      </header>
      <main className={classes.main}>
        {!isPending && page}
      </main>
      {listsKeys && <KeyList onClose={() => setListsKeys(false)} />}
    </div>
  );
}
