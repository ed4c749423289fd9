import { useTranslation } from "react-i18next";
import { verdictTone } from "../meaning/verdictTone";
import { Mark } from "./Mark";

export function VerdictMark(props: { verdict: string }) {
  const { t } = useTranslation();
  return (
    <Mark tone={verdictTone(props.verdict)}>
      {t(`verdict.${props.verdict}`, props.verdict)}
    </Mark>
  );
}
