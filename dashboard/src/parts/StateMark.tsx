import { useTranslation } from "react-i18next";
import { stateTone } from "../meaning/stateTone";
import { Mark } from "./Mark";

export function StateMark(props: { state: string; plate?: boolean }) {
  const { t } = useTranslation();
  return (
    <Mark tone={stateTone(props.state)} plate={props.plate}>
      {t(`state.${props.state}`, props.state)}
    </Mark>
  );
}
