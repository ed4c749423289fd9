import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ListVersion, Rule } from "../../../api/responsibility";
import { inLanguage, useLanguage } from "../../../i18n/useLanguage";
import { Panel } from "../../../parts/Panel";
import { Rows } from "../../../parts/Rows";

/** Who can be responsible for work: the units that the list in force names. */
export function Units(props: { list: (ListVersion & { rules: Rule[] }) | undefined }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { list } = props;
  const count = (of: (rule: Rule) => boolean) => list?.rules.filter(of).length;

  return (
    <Panel title={t("administration.divisions.units")}>
      {list ? (
        <Rows
          label={t("administration.divisions.units")}
          columns={[
            { head: t("administration.lists.unit") },
            { head: t("administration.divisions.responsible"), number: true },
            { head: t("administration.divisions.told"), number: true },
          ]}
          rows={list.units.map(({ id, zh, en }) => ({
            key: id,
            cells: [
              inLanguage(language, zh, en),
              count(({ unit }) => unit === id),
              count(({ escalate_to }) => escalate_to === id),
            ],
          }))}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {t("administration.divisions.noUnits")}
        </Text>
      )}
    </Panel>
  );
}
