import { ActionIcon, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./Pager.module.css";

/** Of a wall that goes by itself: it is paused while an alarm is forward or a camera enlarged. */
export type Patrol = "on" | "paused" | "off";

/** Which page of the view is shown, and whether the wall goes through them by itself. */
export function Pager(props: {
  page: number;
  pages: number;
  patrol: Patrol;
  /** There is more than one page, or more than one division, to go through. */
  patrolPossible: boolean;
  onPage: (page: number) => void;
  onPatrol: () => void;
}) {
  const { t } = useTranslation();
  const { page, pages, patrol, patrolPossible, onPage, onPatrol } = props;
  return (
    <div className={classes.pager}>
      {pages > 1 && (
        <>
          <ActionIcon
            size="sm"
            variant="default"
            aria-label={t("wall.previousPage")}
            onClick={() => onPage(page - 1)}
          >
            ‹
          </ActionIcon>
          <span data-page={page}>{t("wall.page", { page, pages })}</span>
          <ActionIcon
            size="sm"
            variant="default"
            aria-label={t("wall.nextPage")}
            onClick={() => onPage(page + 1)}
          >
            ›
          </ActionIcon>
        </>
      )}
      <Button
        size="compact-xs"
        miw={104}
        variant={patrol === "off" ? "default" : "filled"}
        aria-pressed={patrol !== "off"}
        data-patrol={patrol}
        disabled={patrol === "off" && !patrolPossible}
        onClick={onPatrol}
      >
        {t(patrol === "paused" ? "wall.patrolPaused" : "wall.patrol")}
      </Button>
    </div>
  );
}
