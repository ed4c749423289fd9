import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Transition, WorkOrder } from "../../api/workOrders";
import { ProblemNote } from "../../parts/ProblemNote";
import classes from "./OrderDetail.module.css";
import { StepForm } from "./StepForm";
import { type Step, useSteps } from "./useSteps";

/** Steps that need more than a press: a unit, a reason, a photo, words. */
const ASKING = ["dispatched", "returned", "resolved", "reopened"];

/** What may be done with an order now: the platform says which steps there are. */
export function Steps(props: { order: WorkOrder }) {
  const { t } = useTranslation();
  const { order } = props;
  const [asks, setAsks] = useState<string>();
  const steps = useSteps(order);
  const take = (step: Step) => {
    setAsks(undefined);
    steps.mutate(step);
  };
  return (
    <>
      <ProblemNote error={steps.error} />
      {asks && order.next.includes(asks) ? (
        <StepForm to={asks} onTake={take} onCancel={() => setAsks(undefined)} />
      ) : (
        <div className={classes.steps}>
          {order.next.map((to, index) => (
            <Button
              key={to}
              variant={index === 0 ? "filled" : "default"}
              onClick={() =>
                ASKING.includes(to)
                  ? setAsks(to)
                  : take({ move: { to: to as Transition["to"] } })
              }
            >
              {t(`workOrders.step.${to}`, to)}
            </Button>
          ))}
        </div>
      )}
    </>
  );
}
