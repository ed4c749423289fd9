import { useTranslation } from "react-i18next";
import type { WorkOrder } from "../../api/workOrders";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Mark } from "../../parts/Mark";
import { isOverdue } from "./board";

/** Until when it must be done; late, in shape and word. */
export function Deadline(props: { order: WorkOrder }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { order } = props;
  if (!order.due_at) return null;
  const when = clock(language, order.due_at);
  return isOverdue(order) ? (
    <Mark tone="major">{t("workOrders.overdue", { when })}</Mark>
  ) : (
    <span>{t("workOrders.due", { when })}</span>
  );
}
