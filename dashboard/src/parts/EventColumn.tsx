import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Event } from "../api/events";
import classes from "./EventColumn.module.css";
import { EventRow } from "./EventRow";
import { useCalmList } from "./useCalmList";

interface EventColumnProps {
  heading: ReactNode;
  /** Stands beside the heading while no new event waits. */
  aside?: ReactNode;
  /** Between the heading and the list. */
  filters?: ReactNode;
  events: Event[];
  /** Names the list: other filters are another list. */
  name: string;
  /** The list takes in new events by itself until somebody reads it. */
  runs: boolean;
  chosen: string | undefined;
  onChoose: (id: string) => void;
  /** Below the list. */
  children?: ReactNode;
}

/** A column of events. While it is read it holds still: new events wait behind a pill. */
export function EventColumn(props: EventColumnProps) {
  const { t } = useTranslation();
  const [pointed, setPointed] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const held = !props.runs || pointed || scrolled || props.chosen !== undefined;
  const { visible, waiting, showNew } = useCalmList(props.events, held, props.name);

  return (
    <aside className={classes.column}>
      <div className={classes.head}>
        {props.heading}
        {waiting > 0 ? (
          <Button size="compact-xs" radius="xl" onClick={showNew}>
            ↑ {t("events.new", { count: waiting })}
          </Button>
        ) : (
          props.aside
        )}
      </div>
      {props.filters}
      <div
        className={classes.scroll}
        onPointerEnter={() => setPointed(true)}
        onPointerLeave={() => setPointed(false)}
        onScroll={(event) => setScrolled(event.currentTarget.scrollTop > 0)}
      >
        {visible.map((event) => (
          <EventRow
            key={event.id}
            event={event}
            chosen={event.id === props.chosen}
            onChoose={props.onChoose}
          />
        ))}
        {props.children}
      </div>
    </aside>
  );
}
