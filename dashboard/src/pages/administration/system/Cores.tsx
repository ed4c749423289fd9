import { useTranslation } from "react-i18next";
import type { Node } from "../../../api/nodes";
import classes from "./Cores.module.css";

/** What is asked of a node beside what it may be asked for. */
export function Cores(props: { status: Node["status"] }) {
  const { t } = useTranslation();
  const { planned_cores: planned, usable_cores: usable } = props.status;
  return (
    <span className={classes.cores}>
      <meter min={0} max={usable} high={usable * 0.9} value={planned} aria-hidden />
      {t("administration.system.coresOf", {
        planned: planned.toFixed(1),
        usable: usable.toFixed(1),
      })}
    </span>
  );
}
