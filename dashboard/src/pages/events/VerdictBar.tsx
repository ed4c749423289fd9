import { Button, Kbd } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FALSE_ALARM_REASONS, type NewReview } from "../../api/reviews";
import { useKeys } from "../../keys/useKeys";
import classes from "./VerdictBar.module.css";

/** What the event was, by one key; a false alarm by a second one for its reason. */
export function VerdictBar(props: { onSay: (review: NewReview) => void }) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  const say = (review: NewReview) => {
    setAsks(false);
    props.onSay(review);
  };
  const verdicts = [
    { word: "review.confirm", tone: "good", run: () => say({ verdict: "confirmed" }) },
    { word: "review.falseAlarm", tone: "quiet", run: () => setAsks(true) },
    { word: "review.unsure", tone: "unsure", run: () => say({ verdict: "unsure" }) },
  ];
  const reasons = FALSE_ALARM_REASONS.map((reason) => ({
    word: `review.reason.${reason}`,
    tone: undefined,
    run: () => say({ verdict: "false_alarm", reason }),
  }));
  const numbered = (choices: { word: string; run: () => void }[]) =>
    choices.map(({ word, run }, index) => ({ press: String(index + 1), word, run }));

  useKeys(numbered(verdicts), !asks);
  useKeys(
    [
      ...numbered(reasons),
      { press: "Escape", word: "review.cancel", run: () => setAsks(false) },
    ],
    asks,
  );

  return (
    <div className={classes.bar} role="group" aria-label={t("review.verdictOf")}>
      {asks && <strong className={classes.asks}>{t("review.whyFalse")}</strong>}
      {(asks ? reasons : verdicts).map(({ word, tone, run }, index) => (
        <Button
          key={word}
          variant="default"
          className={classes.choice}
          data-tone={tone}
          leftSection={<Kbd aria-hidden>{index + 1}</Kbd>}
          onClick={run}
        >
          {t(word)}
        </Button>
      ))}
      {asks && (
        <Button variant="subtle" onClick={() => setAsks(false)}>
          {t("review.cancel")}
        </Button>
      )}
    </div>
  );
}
