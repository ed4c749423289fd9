import { Button, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ListVersion, type Rule, versionQuery } from "../../../api/responsibility";
import { useLanguage } from "../../../i18n/useLanguage";
import { Empty } from "../../../parts/Empty";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";
import { Waiting } from "../../../parts/Waiting";
import { saveCsv } from "./csv";
import { useNames } from "./useNames";
import { windowInWords } from "./windowInWords";

/** A list may have ten thousand rows; who looks for one filters. */
const MOST_SHOWN = 100;

/** The rows of one version. */
export function ListRows(props: { version: ListVersion }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { version } = props;
  const names = useNames(version.units);
  const list = useQuery(versionQuery(version.id));
  const [text, setText] = useState("");

  function matches(rule: Rule): boolean {
    const { scenario, division, unit } = rule;
    const words = [scenario, names.subject(scenario), division, unit, names.unit(unit)];
    return words.some((word) => word.toLowerCase().includes(text.trim().toLowerCase()));
  }
  const found = list.data?.rules.filter(matches) ?? [];

  return (
    <Panel
      title={t("administration.lists.rowsOf", { ...version })}
      actions={
        <>
          <TextInput
            size="xs"
            w={220}
            aria-label={t("administration.lists.filter")}
            placeholder={t("administration.lists.filter")}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <Button
            size="xs"
            variant="default"
            disabled={!list.data}
            onClick={() => list.data && saveCsv(list.data)}
          >
            {t("administration.lists.csv")}
          </Button>
        </>
      }
    >
      <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      {list.isPending && !list.error && <Waiting />}
      {list.data && found.length === 0 && (
        <Empty text={t("administration.lists.filteredOut")}>
          <Button variant="default" onClick={() => setText("")}>
            {t("administration.clear")}
          </Button>
        </Empty>
      )}
      {found.length > 0 && (
        <Rows
          label={t("administration.lists.rowsOf", { ...version })}
          minWidth={820}
          columns={[
            { head: t("administration.lists.line"), number: true },
            { head: t("administration.lists.scenario") },
            { head: t("administration.lists.division") },
            { head: t("administration.lists.unit") },
            { head: t("administration.lists.deadline"), number: true },
            { head: t("administration.lists.escalation") },
            { head: t("administration.lists.window") },
          ]}
          rows={found.slice(0, MOST_SHOWN).map((rule) => ({
            key: String(rule.line),
            cells: [
              rule.line,
              names.subject(rule.scenario),
              names.division(rule.division),
              names.unit(rule.unit),
              t("administration.lists.hours", { count: rule.deadline_h }),
              rule.escalate_to &&
                t("administration.lists.escalateTo", {
                  unit: names.unit(rule.escalate_to),
                  count: rule.escalate_after_h ?? rule.deadline_h,
                }),
              rule.window
                ? windowInWords(language, rule.window)
                : t("administration.lists.always"),
            ],
          }))}
        />
      )}
      {found.length > MOST_SHOWN && (
        <Text size="sm" c="dimmed" mt="sm">
          {t("administration.lists.more", { count: found.length - MOST_SHOWN })}
        </Text>
      )}
    </Panel>
  );
}
