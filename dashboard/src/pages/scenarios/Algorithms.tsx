import { useTranslation } from "react-i18next";
import type { Scenario } from "../../api/scenarios";
import { Mark } from "../../parts/Mark";
import { VersionLink } from "../../parts/VersionLink";
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
              <VersionLink name={name} version={version} />
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
