import type { Scenario } from "../../api/scenarios";
import type { ScenariosSearch } from "./search";

/** Whether a scenario is to be shown; text is looked for in both languages. */
export function matches(scenario: Scenario, { domain, status, text }: ScenariosSearch): boolean {
  if (domain && scenario.domain.id !== domain) return false;
  if (status && scenario.status !== status) return false;
  const said = [
    scenario.id,
    scenario.title_zh,
    scenario.title_en,
    scenario.description_zh,
    scenario.description_en,
    ...scenario.algorithms,
  ];
  const wanted = text?.trim().toLowerCase();
  return !wanted || said.some((one) => one.toLowerCase().includes(wanted));
}
