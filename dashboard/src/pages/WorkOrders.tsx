import { Drawer } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Page } from "../shell/Page";
import { Board } from "./workOrders/Board";
import { OrderDetail } from "./workOrders/OrderDetail";
import { OrderFilters } from "./workOrders/OrderFilters";
import "./workOrders/words";

/** What units do about events: a board by state, and one order to act on. */
export function WorkOrders() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/work-orders" });
  const { order, ...filters } = useSearch({ from: "/inside/work-orders" });
  const open = (id: string | undefined) => void navigate({ search: { ...filters, order: id } });
  return (
    <Page
      title={t("nav.workOrders")}
      actions={
        <OrderFilters
          filters={filters}
          onChange={(next) => void navigate({ search: { ...next, order } })}
        />
      }
    >
      <Board filters={filters} onOpen={open} />
      <Drawer
        opened={order !== undefined}
        onClose={() => open(undefined)}
        position="right"
        size="min(520px, 100vw)"
        title={t("workOrders.order")}
        transitionProps={{ duration: 0 }}
        closeButtonProps={{ "aria-label": t("workOrders.close"), size: 48 }}
        styles={{ content: { background: "var(--panel)" }, header: { background: "var(--panel)" } }}
      >
        {order && <OrderDetail key={order} id={order} />}
      </Drawer>
    </Page>
  );
}
