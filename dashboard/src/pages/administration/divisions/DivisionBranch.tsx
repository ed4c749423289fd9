import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Rule, Unit } from "../../../api/responsibility";
import { useLanguage } from "../../../i18n/useLanguage";
import { StateMark } from "../../../parts/StateMark";
import { useNames } from "../responsibility/useNames";
import { windowInWords } from "../responsibility/windowInWords";
import classes from "./Divisions.module.css";
import { camerasIn, type Division } from "./tree";

/** A division: who is responsible in it, its cameras, and the divisions below. */
export function DivisionBranch(props: { division: Division; units: Unit[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { division, units } = props;
  const names = useNames(units);

  function inWords({ scenario, unit, window }: Rule): string {
    const said = `${names.subject(scenario)} → ${names.unit(unit)}`;
    return window ? `${said} (${windowInWords(language, window)})` : said;
  }

  return (
    <li>
      <details open>
        <summary>
          <strong>{division.name || t("administration.lists.everywhere")}</strong>
          <span>{t("administration.divisions.cameras", { count: camerasIn(division) })}</span>
        </summary>
        <ul>
          {division.rules.map((rule) => (
            <li key={rule.line} className={classes.item}>
              {inWords(rule)}
            </li>
          ))}
          {division.cameras.map(({ id, name, status }) => (
            <li key={id} className={classes.item}>
              <Link to="/cameras/$id" params={{ id }}>
                {name}
              </Link>
              <span>
                <StateMark state={status.state} />
              </span>
            </li>
          ))}
          {division.below.map((each) => (
            <DivisionBranch key={each.path} division={each} units={units} />
          ))}
        </ul>
      </details>
    </li>
  );
}
