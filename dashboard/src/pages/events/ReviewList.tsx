import { Button } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Event } from "../../api/events";
import column from "../../parts/EventColumn.module.css";
import { EventRow } from "../../parts/EventRow";

interface ReviewListProps {
  events: Event[];
  chosen: string | undefined;
  waiting: number;
  onChoose: (id: string) => void;
  onRenew: () => void;
  filters: ReactNode;
  /** Below the list. */
  children?: ReactNode;
}

/** The events to work through; the chosen one is always in sight. */
export function ReviewList(props: ReviewListProps) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  const { chosen } = props;

  useEffect(() => {
    if (!chosen) return;
    list.current?.querySelector(`[data-event="${CSS.escape(chosen)}"]`)?.scrollIntoView({
      block: "nearest",
    });
  }, [chosen]);

  return (
    <aside className={column.column}>
      <div className={column.head}>
        <h1>{t("events.title")}</h1>
        {props.waiting > 0 && (
          <Button size="compact-xs" radius="xl" onClick={props.onRenew}>
            ↑ {t("events.new", { count: props.waiting })}
          </Button>
        )}
      </div>
      {props.filters}
      <div className={column.scroll} ref={list}>
        {props.events.map((event) => (
          <EventRow
            key={event.id}
            event={event}
            chosen={event.id === chosen}
            onChoose={props.onChoose}
          />
        ))}
        {props.children}
      </div>
    </aside>
  );
}
