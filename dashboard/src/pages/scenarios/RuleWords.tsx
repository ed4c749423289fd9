import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Scenario } from "../../api/scenarios";
import { Facts } from "../../parts/Facts";
import { inOrder, useRuleWords } from "./useRuleWords";

/** A scenario's rule in words, with the values that it usually has. */
export function RuleWords(props: { scenario: Scenario }) {
  const { t } = useTranslation();
  const words = useRuleWords(props.scenario);
  const { rule, ...values } = props.scenario.rule as { rule: string; [field: string]: unknown };
  const set = inOrder(Object.entries(values)).filter(
    ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
  );
  return (
    <>
      <Text size="sm" mb="sm">
        {t(`scenarios.rule.${rule}`, rule)}
      </Text>
      <Facts
        facts={[
          ...set.map(([field, value]): [string, string] => [
            words.field(field),
            words.value(field, value),
          ]),
          [t("scenarios.fps"), String(props.scenario.fps)],
        ]}
      />
    </>
  );
}
