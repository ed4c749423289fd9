import { useQuery } from "@tanstack/react-query";
import { scenariosQuery } from "../../api/scenarios";
import { unitsQuery } from "../../api/workOrders";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { useQueryIfMay } from "../../parts/useQueryIfMay";

/** What scenarios and units are called; one that nobody names reads as its id. */
export function useNames() {
  const language = useLanguage();
  const scenarios = useQuery(scenariosQuery).data ?? [];
  const units = useQueryIfMay("responsibility.read", unitsQuery).data ?? [];
  return {
    scenario(id: string): string {
      const found = scenarios.find((each) => each.id === id);
      return found ? inLanguage(language, found.title_zh, found.title_en) : id;
    },
    unit(id: string): string {
      const found = units.find((each) => each.id === id);
      return found ? inLanguage(language, found.zh, found.en) : id;
    },
    units,
  };
}
