import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Scenario } from "../../api/scenarios";
import { Mark } from "../../parts/Mark";
import classes from "./Catalogue.module.css";

/** What a scenario runs on, and whether there is an approved version of it. */
export function Algorithms(props: { wanted: Scenario["wanted"] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.algorithms} aria-label={t("scenarios.algorithms")}>
      {props.wanted.map(({ name, version, required }) => (
        <li key={name}>
          {version ? (
            <Mark tone="good">
              <Link to="/algorithms/$name/$version" params={{ name, version }} search={{}}>
                {name} {version}
              </Link>
            </Mark>
          ) : (
            <Mark tone="quiet">
              {name} · {t(required ? "scenarios.missing" : "scenarios.optional")}
            </Mark>
          )}
        </li>
      ))}
    </ul>
  );
}
