import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { DAYS, paint, type Place, SLOTS, time, type Week } from "./week";
import classes from "./WeekGrid.module.css";

const ARROWS: Record<string, Place> = {
  ArrowLeft: { day: 0, slot: -1 },
  ArrowRight: { day: 0, slot: 1 },
  ArrowUp: { day: -1, slot: 0 },
  ArrowDown: { day: 1, slot: 0 },
};

/**
 * A week to paint: dragging switches a rectangle to what its first half hour becomes.
 *
 * By keys: arrows walk, the space bar switches, arrows with Shift paint what they walk over.
 */
export function WeekGrid(props: { week: Week; onChange: (week: Week) => void }) {
  const { t } = useTranslation();
  const { week, onChange } = props;
  const grid = useRef<HTMLDivElement>(null);
  const stroke = useRef<{ before: Week; from: Place; on: boolean }>(undefined);
  const [focus, setFocus] = useState<Place>({ day: 0, slot: 16 });

  function press(event: PointerEvent): void {
    const from = placeAt(event);
    if (!from || event.button !== 0) return;
    const on = !week[from.day]?.[from.slot];
    stroke.current = { before: week, from, on };
    grid.current?.setPointerCapture(event.pointerId);
    setFocus(from);
    onChange(paint(week, from, from, on));
  }
  function move(event: PointerEvent): void {
    const held = stroke.current;
    const to = held && placeAt(event);
    if (to) onChange(paint(held.before, held.from, to, held.on));
  }
  function release(): void {
    stroke.current = undefined;
  }

  function pressed(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    const on = week[focus.day]?.[focus.slot] ?? false;
    if (event.key === " ") {
      onChange(paint(week, focus, focus, !on));
    } else if (arrow) {
      const next = {
        day: Math.min(DAYS.length - 1, Math.max(0, focus.day + arrow.day)),
        slot: Math.min(SLOTS - 1, Math.max(0, focus.slot + arrow.slot)),
      };
      if (event.shiftKey) onChange(paint(week, focus, next, on));
      setFocus(next);
      grid.current?.querySelector<HTMLElement>(cellOf(next))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={grid}
      className={classes.grid}
      role="grid"
      aria-label={t("cameraPages.week")}
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={release}
      onPointerCancel={release}
      onKeyDown={pressed}
    >
      {Array.from({ length: SLOTS / 4 }, (_, hour) => (
        <span key={hour} className={classes.hour} style={place(-1, hour * 4)} aria-hidden>
          {hour * 2}
        </span>
      ))}
      {DAYS.map((name, day) => (
        <div key={name} role="row" className={classes.row}>
          <span className={classes.day} role="rowheader" style={place(day, -1)}>
            {t(`cameraPages.day.${name}`)}
          </span>
          {week[day]?.map((on, slot) => (
            <span
              key={slot}
              className={classes.cell}
              style={place(day, slot)}
              role="gridcell"
              aria-selected={on}
              aria-label={`${t(`cameraPages.day.${name}`)} ${time(slot)}–${time(slot + 1)}`}
              tabIndex={focus.day === day && focus.slot === slot ? 0 : -1}
              data-day={day}
              data-slot={slot}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

/** The stylesheet says which is the row: the day, or on a phone the half hour. */
function place(day: number, slot: number): Record<string, number> {
  return { "--day": day + 2, "--slot": slot + 2 };
}

function cellOf({ day, slot }: Place): string {
  return `[data-day="${day}"][data-slot="${slot}"]`;
}

/** The half hour under the pointer, whoever has captured it. */
function placeAt({ clientX, clientY }: PointerEvent): Place | undefined {
  const cell = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("[data-slot]");
  if (!cell) return undefined;
  return { day: Number(cell.dataset.day), slot: Number(cell.dataset.slot) };
}
