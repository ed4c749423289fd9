import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Unit } from "../../../api/responsibility";
import { scenariosQuery } from "../../../api/scenarios";
import { inLanguage, useLanguage } from "../../../i18n/useLanguage";

/** What the words of a list are called; one that nobody names reads as it stands. */
export function useNames(units: Unit[]) {
  const { t } = useTranslation();
  const language = useLanguage();
  const scenarios = useQuery(scenariosQuery).data ?? [];
  const domains = new Map(scenarios.map(({ domain }) => [domain.id, domain]));

  return {
    /** A scenario, a domain, or `*`. */
    subject(id: string): string {
      if (id === "*") return t("administration.lists.everything");
      const found = scenarios.find((each) => each.id === id) ?? domains.get(id);
      return found ? inLanguage(language, found.title_zh, found.title_en) : id;
    },
    division(id: string): string {
      return id === "*" ? t("administration.lists.everywhere") : id;
    },
    unit(id: string): string {
      const found = units.find((each) => each.id === id);
      return found ? inLanguage(language, found.zh, found.en) : id;
    },
  };
}
