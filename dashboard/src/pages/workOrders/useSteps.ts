import { useMutation, useQueryClient } from "@tanstack/react-query";
import { moveOrder, orderQuery, resolveOrder, type Transition, type WorkOrder } from "../../api/workOrders";

export type Step = { move: Transition } | { photo: File; note: string };

/** Takes an order a step on: shown at once, back as it was when it is refused. */
export function useSteps(order: WorkOrder) {
  const queries = useQueryClient();
  const { queryKey } = orderQuery(order.id);
  return useMutation({
    mutationFn: (step: Step) =>
      "move" in step
        ? moveOrder(order.id, step.move)
        : resolveOrder(order.id, step.photo, step.note),
    onMutate: async (step) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      const state = "move" in step ? step.move.to : "resolved";
      queries.setQueryData(queryKey, { ...order, state, next: [] });
      return { before };
    },
    onError: (_error, _step, context) => queries.setQueryData(queryKey, context?.before),
    onSuccess: (moved) => queries.setQueryData(queryKey, moved),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["orders", "list"] }),
  });
}
