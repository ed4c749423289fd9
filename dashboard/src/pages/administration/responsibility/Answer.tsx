import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { DispatchAnswer, ListVersion, Rule } from "../../../api/responsibility";
import { useLanguage } from "../../../i18n/useLanguage";
import { Mark } from "../../../parts/Mark";
import classes from "./Answer.module.css";
import { useNames } from "./useNames";
import { windowInWords } from "./windowInWords";

/** The unit, and every row that was looked at until one held. */
export function Answer(props: { answer: DispatchAnswer; version: ListVersion }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { answer, version } = props;
  const names = useNames(version.units);
  const decides = answer.rows.findIndex(({ holds }) => holds);

  function reason(index: number, rule: Rule): string {
    if (index === decides) return t("administration.lists.decides");
    if (decides !== -1 && index > decides) return t("administration.lists.lessSpecific");
    const when = rule.window ? windowInWords(language, rule.window) : "";
    return t("administration.lists.notThen", { when });
  }

  return (
    <div className={classes.answer} role="status">
      {answer.unit ? (
        <Mark tone="good">{names.unit(answer.unit.id)}</Mark>
      ) : (
        <Mark tone="major">{t("administration.lists.nobody")}</Mark>
      )}
      {answer.rows.length === 0 && (
        <Text size="sm">{t("administration.lists.nobodyWhy")}</Text>
      )}
      <ol>
        {answer.rows.map(({ rule }, index) => (
          <li key={rule.line} data-decides={index === decides}>
            {t("administration.lists.rowInWords", {
              line: rule.line,
              subject: names.subject(rule.scenario),
              division: names.division(rule.division),
              unit: names.unit(rule.unit),
              count: rule.deadline_h,
            })}
            <span>{reason(index, rule)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
