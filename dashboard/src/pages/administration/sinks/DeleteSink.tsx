import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { deleteSink, type Sink, sinksQuery } from "../../../api/sinks";
import { Confirm } from "../Confirm";

export function DeleteSink(props: { sink: Sink; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/administration" });
  const queries = useQueryClient();
  const { sink, onClose } = props;
  const remove = useMutation({
    mutationFn: () => deleteSink(sink.id),
    onSuccess: async () => {
      await navigate({ search: { tab: "sinks" }, ignoreBlocker: true });
      await queries.invalidateQueries(sinksQuery);
    },
  });
  return (
    <Confirm
      title={t("administration.sinks.deleteTitle", { name: sink.name })}
      text={t("administration.sinks.deleteText", { count: sink.status.waiting })}
      word={t("administration.sinks.delete")}
      destroys
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    />
  );
}
