import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Problem } from "../api/problem";
import { Mark } from "./Mark";
import classes from "./ProblemNote.module.css";

/** What went wrong, in the platform's own words, and the way to try again where there is one. */
export function ProblemNote(props: { error: Error | null; onRetry?: () => void }) {
  const { t } = useTranslation();
  const { error, onRetry } = props;
  if (!error) return null;
  const silent = error instanceof Problem && error.status === 0;
  return (
    <div className={classes.note} role="alert">
      <div>
        <Mark tone="major">{t("problem.title")}</Mark>
        <p>{silent ? t("problem.unreachable") : error.message}</p>
      </div>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          {t("problem.retry")}
        </Button>
      )}
    </div>
  );
}
