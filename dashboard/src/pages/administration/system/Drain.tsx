import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { drain, type Node, nodesQuery } from "../../../api/nodes";
import { Confirm } from "../Confirm";

/** Before work on a machine its cameras go elsewhere; afterwards it takes some again. */
export function Drain(props: { node: Node; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { node, onClose } = props;
  const drained = !node.spec.drained;
  const change = useMutation({
    mutationFn: () => drain(node.id, drained),
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries(nodesQuery),
  });
  const what = drained ? "drain" : "undrain";
  return (
    <Confirm
      title={t(`administration.system.${what}Title`, { name: node.name })}
      text={t(`administration.system.${what}Text`, { count: node.status.cameras })}
      word={t(`administration.system.${what}`)}
      busy={change.isPending}
      error={change.error}
      onConfirm={() => change.mutate()}
      onClose={onClose}
    />
  );
}
