import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { algorithmVersionQuery } from "../../api/algorithms";
import type { Scenario } from "../../api/scenarios";
import { useClassNames } from "../../parts/useClassNames";
import { useMay } from "../../parts/useMay";
import "./words";

/** Fields of rules whose value is one class or several. */
const CLASSES = [
  "classes",
  "lacking",
  "having",
  "worn",
  "carried",
  "wholes",
  "bearers",
  "beside",
  "unlike",
  "during",
  "owners",
];

/** What every rule has: read after what makes this rule. */
const SHARED = ["min_height_px", "forget_s", "cooldown_s"];

/** The fields of a rule in the order they are read. */
export function inOrder<T>(fields: [name: string, value: T][]): [name: string, value: T][] {
  const isShared = ([name]: [string, T]) => SHARED.includes(name);
  return [...fields.filter((one) => !isShared(one)), ...fields.filter(isShared)];
}

/** How the fields of a scenario's rule, and values of them, read. */
export function useRuleWords(scenario: Scenario | undefined) {
  const { t } = useTranslation();
  const known = (scenario?.wanted ?? []).flatMap(({ name, version }) =>
    version ? [{ name, version }] : [],
  );
  const classNames = useClassNames(known);
  const enabled = useMay()("algorithms.read");
  const offered = useQueries({
    queries: known.map(({ name, version }) => ({
      ...algorithmVersionQuery(name, version),
      enabled,
    })),
    combine: (all) => all.flatMap(({ data }) => data?.manifest.classes.map(({ key }) => key) ?? []),
  });

  function value(field: string, value: unknown): string {
    if (value === null || value === undefined) return t("scenarios.notSet");
    if (typeof value === "boolean") return t(value ? "scenarios.yes" : "scenarios.no");
    if (field === "direction") return t(`scenarios.direction.${String(value)}`, String(value));
    const all: unknown[] = Array.isArray(value) ? value : [value];
    if (all.length === 0) return t("scenarios.nothing");
    return all
      .map((one) => (CLASSES.includes(field) ? classNames(String(one)) : String(one)))
      .join(", ");
  }

  return {
    field: (name: string) => t(`scenarios.field.${name}`, name),
    value,
    classNames,
    /** Keys of the classes that its algorithms see. */
    offered: [...new Set(offered)],
  };
}
