import { CloseButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useKeys } from "../../keys/useKeys";
import type { MapPeriod } from "../../api/map";
import { ChosenCamera } from "./ChosenCamera";
import { ChosenEvent } from "./ChosenEvent";
import { ChosenIncident } from "./ChosenIncident";
import classes from "./Drawer.module.css";
import type { Chosen } from "./scene";

/** The chosen thing beside the map; the map stays as it is. */
export function Drawer(props: {
  chosen: Chosen;
  period: MapPeriod;
  onChoose: (chosen: Chosen) => void;
}) {
  const { t } = useTranslation();
  const { chosen, period, onChoose } = props;
  useKeys([{ press: "Escape", word: "map.close", run: () => onChoose({}) }]);

  return (
    <aside className={classes.drawer} aria-label={t("map.chosen")}>
      <CloseButton
        className={classes.close}
        size="lg"
        aria-label={t("map.close")}
        onClick={() => onChoose({})}
      />
      {chosen.event && <ChosenEvent key={chosen.event} id={chosen.event} />}
      {chosen.incident && (
        <ChosenIncident key={chosen.incident} id={chosen.incident} onChoose={onChoose} />
      )}
      {chosen.camera && (
        <ChosenCamera key={chosen.camera} id={chosen.camera} period={period} onChoose={onChoose} />
      )}
    </aside>
  );
}
