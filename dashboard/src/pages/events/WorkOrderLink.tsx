import { Button, Kbd } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Event } from "../../api/events";
import { orderWork } from "../../api/workOrders";
import { useKeys } from "../../keys/useKeys";
import { ProblemNote } from "../../parts/ProblemNote";
import "../workOrders/words";

/** Opens the work order of an event, or makes one. */
export function WorkOrderLink(props: { event: Event }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const order = props.event.work_order;
  const open = (id: string) => void navigate({ to: "/work-orders", search: { order: id } });
  const make = useMutation({
    mutationFn: () => orderWork(props.event.id),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ["events"] });
      open(made.id);
    },
  });
  const run = () => (order ? open(order.id) : make.mutate());
  useKeys([{ press: "w", word: "review.workOrder", run }]);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={make.isPending}
        rightSection={<Kbd aria-hidden>W</Kbd>}
        onClick={run}
      >
        {order
          ? t("review.toOrder", { state: t(`workOrders.state.${order.state}`, order.state) })
          : t("review.makeOrder")}
      </Button>
      <ProblemNote error={make.error} />
    </>
  );
}
