import { useEffect, useState } from "react";
import type { Event } from "../../api/events";
import { acknowledge, type Alarms, look, noAlarms } from "./alarms";

const LOOK_EVERY_MS = 1_000;

export interface Forward {
  event: Event | undefined;
  /** How many more wait behind it. */
  waiting: number;
  acknowledge: () => void;
}

/**
 * The alarm that is forward now.
 *
 * @param events Of this view, newest first; undefined before they were read.
 * @param view Names the view: another one begins without alarms.
 */
export function useAlarms(events: Event[] | undefined, view: string): Forward {
  const [state, setState] = useState<{ view: string; alarms: Alarms }>();

  useEffect(() => {
    if (!events) return;
    setState((before) => {
      const known = before?.view === view ? before.alarms : noAlarms(events);
      return { view, alarms: look(known, events, Date.now()) };
    });
    const timer = window.setInterval(
      () =>
        setState((now) => {
          if (!now?.alarms.forward) return now;
          return { ...now, alarms: look(now.alarms, events, Date.now()) };
        }),
      LOOK_EVERY_MS,
    );
    return () => window.clearInterval(timer);
  }, [events, view]);

  const alarms = state?.view === view ? state.alarms : undefined;
  return {
    event: alarms?.forward?.event,
    waiting: alarms?.waiting.length ?? 0,
    acknowledge: () =>
      setState((now) => now && { ...now, alarms: acknowledge(now.alarms, Date.now()) }),
  };
}
