import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Tab, TABS } from "./search";
import classes from "./Tabs.module.css";

/** Links, so that every view has its address. */
export function Tabs(props: { tab: Tab }) {
  const { t } = useTranslation();
  return (
    <nav className={classes.tabs} aria-label={t("administration.title")}>
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="/administration"
          search={{ tab }}
          aria-current={tab === props.tab ? "page" : undefined}
        >
          {t(`administration.tab.${tab}`)}
        </Link>
      ))}
    </nav>
  );
}
