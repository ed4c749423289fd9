import { useQueries } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import {
  MOST_OF_STATE,
  ORDER_STATES,
  type OrderFilters,
  type OrderState,
  ordersQuery,
} from "../../api/workOrders";
import { useKeys } from "../../keys/useKeys";
import { ProblemNote } from "../../parts/ProblemNote";
import classes from "./Board.module.css";
import { byDeadline, COLUMNS } from "./board";
import { Card } from "./Card";
import { NoOrders } from "./NoOrders";

/** The orders by state, what is due first on top. */
export function Board(props: { filters: OrderFilters; onOpen: (id: string) => void }) {
  const { t } = useTranslation();
  const board = useRef<HTMLDivElement>(null);
  const pages = useQueries({
    queries: ORDER_STATES.map((state) => ordersQuery(state, props.filters)),
  });
  const failed = pages.find((page) => page.error);
  const pageOf = (state: OrderState) => pages[ORDER_STATES.indexOf(state)]?.data;

  function move(step: number): void {
    const columns = [...(board.current?.children ?? [])];
    const at = columns.findIndex((column) => column.contains(document.activeElement));
    const ahead = step > 0 ? columns.slice(at + 1) : columns.slice(0, Math.max(at, 0)).reverse();
    const cards = ahead.map((column) => column.querySelector<HTMLElement>("[data-order]"));
    cards.find((card) => card !== null)?.focus();
  }
  useKeys([
    { press: "ArrowLeft", word: "workOrders.left", run: () => move(-1) },
    { press: "ArrowRight", word: "workOrders.right", run: () => move(1) },
  ]);

  if (pages.every((page) => page.data?.items.length === 0)) {
    return <NoOrders filters={props.filters} />;
  }
  return (
    <>
      <ProblemNote
        error={failed?.error ?? null}
        onRetry={() => pages.forEach((page) => page.error && void page.refetch())}
      />
      <div className={classes.board} ref={board} role="group" aria-label={t("workOrders.board")}>
        {COLUMNS.map(({ name, states }) => {
          const orders = states.flatMap((state) => pageOf(state)?.items ?? []);
          const cut = states.some((state) => pageOf(state)?.next_cursor);
          return (
            <section key={name} className={classes.column} data-column={name}>
              <h2>
                {t(`workOrders.column.${name}`)}{" "}
                <span>
                  {orders.length}
                  {cut && "+"}
                </span>
              </h2>
              {orders.toSorted(byDeadline).map((order) => (
                <Card key={order.id} order={order} onOpen={props.onOpen} />
              ))}
              {orders.length === 0 && <p>{t("workOrders.noneHere")}</p>}
              {cut && <p>{t("workOrders.more", { count: MOST_OF_STATE })}</p>}
            </section>
          );
        })}
      </div>
    </>
  );
}
