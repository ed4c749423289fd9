import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Mark } from "../../parts/Mark";
import { type DraftSearch, hasCameras, STEPS, type Step } from "./search";
import classes from "./Steps.module.css";

/** Whether a step can be gone to: what it needs is chosen. */
export function isOpen(step: Step, draft: DraftSearch): boolean {
  return step === 1 || (draft.scenario !== undefined && (step === 2 || hasCameras(draft)));
}

/** The four steps; those in which something is wrong are marked. */
export function Steps(props: { step: Step; draft: DraftSearch; wrong: Set<Step> }) {
  const { t } = useTranslation();
  const { step, draft, wrong } = props;
  return (
    <nav aria-label={t("deploying.steps")}>
      <ol className={classes.steps}>
        {STEPS.map((each) => {
          const current = each === step ? ("step" as const) : undefined;
          const label = (
            <>
              <b>{each}</b>
              {t(`deploying.step.${each}`)}{" "}
              {wrong.has(each) && <Mark tone="major">{t("deploying.wrong")}</Mark>}
            </>
          );
          return (
            <li key={each}>
              {isOpen(each, draft) ? (
                <Link
                  to="/deployments/new"
                  search={{ ...draft, step: each }}
                  aria-current={current}
                >
                  {label}
                </Link>
              ) : (
                <span aria-disabled>{label}</span>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
