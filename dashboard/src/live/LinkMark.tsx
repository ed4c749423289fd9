import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "../parts/Mark";
import { useLink } from "./useLink";

/** Says when live pictures do not come through; `well` stands there while all is well. */
export function LinkMark({ well = null }: { well?: ReactNode }) {
  const { t } = useTranslation();
  const link = useLink();
  if (link === "connecting") return <Mark tone="notice">{t("live.connecting")}</Mark>;
  if (link === "lost") return <Mark tone="major">{t("live.lost")}</Mark>;
  return well;
}
