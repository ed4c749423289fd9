import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "../../parts/ProblemNote";
import type { Given } from "./useVerdicts";

/** Verdicts that the platform refused, each with its reason and the way back to its event. */
export function Failed(props: {
  given: ReadonlyMap<string, Given>;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const failed = [...props.given].filter(([, { error }]) => error);
  return failed.map(([id, { error, verdict }]) => (
    <div key={id}>
      <ProblemNote error={error ?? null} />
      <Button size="compact-sm" variant="subtle" onClick={() => props.onChoose(id)}>
        {t("review.failed")} ({t(`verdict.${verdict}`)}) · {t("review.toFailed")}
      </Button>
    </div>
  ));
}
