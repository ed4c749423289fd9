import { useTranslation } from "react-i18next";
import type { WorkOrder } from "../../api/workOrders";
import classes from "./Board.module.css";
import { Deadline } from "./Deadline";
import { useNames } from "./useNames";

export function Card(props: { order: WorkOrder; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const names = useNames();
  const { order } = props;
  return (
    <button
      type="button"
      className={classes.card}
      data-order={order.id}
      onClick={() => props.onOpen(order.id)}
    >
      <strong>{names.scenario(order.scenario)}</strong>
      <span>{order.unit ? names.unit(order.unit) : t("workOrders.noUnit")}</span>
      {order.division && <span>{order.division}</span>}
      <span>
        {t(`workOrders.state.${order.state}`, order.state)}
        {order.escalated && ` · ${t("workOrders.escalated")}`}
      </span>
      <Deadline order={order} />
    </button>
  );
}
