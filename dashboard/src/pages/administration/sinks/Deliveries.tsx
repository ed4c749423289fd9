import { Button, SegmentedControl, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import {
  deliveriesQuery,
  type Delivery,
  DELIVERY_STATES,
  MOST_DELIVERIES,
  type Sink,
  tryAgain,
  tryAllAgain,
} from "../../../api/sinks";
import { clock } from "../../../i18n/time";
import { useLanguage } from "../../../i18n/useLanguage";
import { deliveryTone } from "../../../meaning/deliveryTone";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/Mark";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";

/** What a system was told and how that went, newest first; any of it can be sent again. */
export function Deliveries(props: { sink: Sink }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate({ from: "/administration" });
  const queries = useQueryClient();
  const { sink } = props;
  const may = useMay()("sinks.write");
  const { deliveries: state } = useSearch({ from: "/inside/administration" });
  const deliveries = useQuery(deliveriesQuery(sink.id, state));
  const again = useMutation({
    mutationFn: (delivery: Delivery) => tryAgain(sink.id, delivery.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sinks"] }),
  });
  const allAgain = useMutation({
    mutationFn: () => tryAllAgain(sink.id),
    onSettled: () => queries.invalidateQueries({ queryKey: ["sinks"] }),
  });

  function fate({ state, next_attempt_at, delivered_at, error }: Delivery): string {
    const when = (at: string | null) => (at ? clock(language, at) : "");
    if (state === "delivered") return when(delivered_at);
    if (state === "failed") return error ?? "";
    const next = t("administration.sinks.next", { when: when(next_attempt_at) });
    return error ? `${error} · ${next}` : next;
  }

  return (
    <Panel
      title={t("administration.sinks.deliveries")}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("administration.sinks.state")}
          data={["all", ...DELIVERY_STATES].map((value) => ({
            value,
            label: t(`administration.sinks.states.${value}`),
          }))}
          value={state ?? "all"}
          onChange={(value) =>
            void navigate({
              search: (before) => ({
                ...before,
                deliveries: DELIVERY_STATES.find((one) => one === value),
              }),
              ignoreBlocker: true,
            })
          }
        />
      }
    >
      <ProblemNote
        error={deliveries.error ?? again.error ?? allAgain.error}
        onRetry={() => void deliveries.refetch()}
      />
      {may && state === "failed" && sink.status.failed > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          mb="sm"
          disabled={allAgain.isPending}
          onClick={() => allAgain.mutate()}
        >
          {t("administration.sinks.allAgain")}
        </Button>
      )}
      {deliveries.isPending && !deliveries.error && <Waiting />}
      {deliveries.data?.items.length === 0 && (
        <Empty text={t(`administration.sinks.${state ? "noneSuch" : "noDelivery"}`)} />
      )}
      {deliveries.data && deliveries.data.items.length > 0 && (
        <Rows
          label={t("administration.sinks.deliveries")}
          minWidth={860}
          columns={[
            { head: t("administration.sinks.happened") },
            { head: t("administration.sinks.message") },
            { head: t("administration.sinks.about") },
            { head: t("administration.sinks.state") },
            { head: t("administration.sinks.attempts"), number: true },
            { head: t("administration.sinks.fate") },
            { head: "" },
          ]}
          rows={deliveries.data.items.map((delivery) => ({
            key: delivery.id,
            cells: [
              clock(language, delivery.created_at),
              delivery.type,
              delivery.subject,
              <Mark key="state" tone={deliveryTone(delivery.state)}>
                {t(`administration.sinks.states.${delivery.state}`, delivery.state)}
              </Mark>,
              delivery.attempts,
              fate(delivery),
              may && (
                <Button
                  key="again"
                  size="compact-sm"
                  variant="default"
                  disabled={again.isPending}
                  onClick={() => again.mutate(delivery)}
                >
                  {t("administration.sinks.again")}
                </Button>
              ),
            ],
          }))}
        />
      )}
      {deliveries.data?.next_cursor && (
        <Text size="sm" c="dimmed" mt="sm">
          {t("administration.sinks.newest", { count: MOST_DELIVERIES })}
        </Text>
      )}
    </Panel>
  );
}
