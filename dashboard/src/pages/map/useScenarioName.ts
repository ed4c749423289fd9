import { useQuery } from "@tanstack/react-query";
import { scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";

/** What a scenario is called; one that nobody names reads as its id. */
export function useScenarioName(): (id: string) => string {
  const language = useLanguage();
  const scenarios = useQuery(scenariosQuery).data ?? [];
  return (id) => {
    const found = scenarios.find((each) => each.id === id);
    return found ? inLanguage(language, found.title_zh, found.title_en) : id;
  };
}
