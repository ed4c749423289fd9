import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { eventQuery } from "../../api/events";
import { Problem } from "../../api/problem";
import { orderQuery } from "../../api/workOrders";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Empty } from "../../parts/Empty";
import { EventPicture } from "../../parts/EventPicture";
import { Facts } from "../../parts/Facts";
import { ProblemNote } from "../../parts/ProblemNote";
import { useMay } from "../../parts/useMay";
import { Deadline } from "./Deadline";
import { History } from "./History";
import classes from "./OrderDetail.module.css";
import { Steps } from "./Steps";
import { useNames } from "./useNames";

/** One order: what it is about, what may be done now, what was done. */
export function OrderDetail(props: { id: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay();
  const names = useNames();
  const { data: order, error, refetch } = useQuery(orderQuery(props.id));
  const eventId = order?.event_id;
  const event = useQuery({ ...eventQuery(eventId ?? ""), enabled: !!eventId }).data;
  if (error instanceof Problem && error.status === 404) {
    return <Empty text={t("workOrders.notFound")} />;
  }
  if (!order) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  return (
    <div className={classes.detail}>
      <h3>
        {names.scenario(order.scenario)} · {t(`workOrders.state.${order.state}`, order.state)}
      </h3>
      {event && <EventPicture event={event} />}
      {may("work_orders.write") && <Steps order={order} />}
      <Facts
        facts={[
          [
            t("workOrders.unit"),
            order.unit ? names.unit(order.unit) : t("workOrders.noUnit"),
          ],
          [t("workOrders.deadline"), order.due_at && <Deadline key="due" order={order} />],
          [t("workOrders.division"), order.division],
          [t("workOrders.occurred"), clock(language, order.occurred_at)],
          [t("workOrders.escalateTo"), order.escalate_to && names.unit(order.escalate_to)],
          [
            t("workOrders.event"),
            order.event_id && (
              <Link key="event" to="/events" search={{ event: order.event_id }}>
                {t("workOrders.toEvent")}
              </Link>
            ),
          ],
          [t("workOrders.order"), order.id],
        ]}
      />
      <History order={order} />
    </div>
  );
}
