import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../../parts/useMay";
import { type Tab, TAB_NAMES, TABS } from "./search";
import classes from "./Tabs.module.css";

/** On a phone not all of them are on the screen. */
function intoView(link: HTMLElement | null): void {
  link?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Links, so that every view has its address; those that do not open are left out. */
export function Tabs(props: { tab: Tab }) {
  const { t } = useTranslation();
  const may = useMay();
  return (
    <nav className={classes.tabs} aria-label={t("nav.administration")}>
      {TAB_NAMES.filter((tab) => may(TABS[tab])).map((tab) => (
        <Link
          key={tab}
          ref={tab === props.tab ? intoView : undefined}
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
