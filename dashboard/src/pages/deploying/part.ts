import type { Problem } from "../../api/problem";
import type { Scenario } from "../../api/scenarios";
import type { DraftSearch } from "./search";

/** What each step is given. */
export interface StepProps {
  draft: DraftSearch;
  scenario: Scenario | undefined;
  /** What the platform would refuse the draft for. */
  problem: Problem | undefined;
  onEdit: (change: DraftSearch) => void;
}
