import type { QueryClient } from "@tanstack/react-query";

const EVENT_MESSAGES = [
  "longan.event.opened.v1",
  "longan.event.updated.v1",
  "longan.event.ended.v1",
  "longan.event.evidence_ready.v1",
  "longan.event.reviewed.v1",
];
const ORDER_MESSAGES = [
  "none",
  "dispatched",
  "accepted",
  "returned",
  "in_progress",
  "resolved",
  "verified",
  "reopened",
  "closed",
  "escalated",
].map((step) => `longan.work_order.${step}.v1`);
const CAMERA_MESSAGES = ["longan.camera.state_changed"];
const SITUATION_MESSAGES = ["longan.situation.activated.v1", "longan.situation.deactivated.v1"];

/** However many messages arrive, lists are read again at most this often. */
const QUIET_MS = 400;
const RETRY_MS = 5_000;

/**
 * Follows the platform's messages and refreshes what they touch. The messages only say *that*
 * something changed; what it is now comes from the API, so there is one source of truth.
 *
 * @returns Stops following.
 */
export function followMessages(queries: QueryClient): () => void {
  let source: EventSource | undefined;
  let retry: number | undefined;
  const timers = new Map<string, number>();

  function refreshSoon(key: "events" | "cameras" | "orders" | "situations"): void {
    if (timers.has(key)) return;
    timers.set(
      key,
      window.setTimeout(() => {
        timers.delete(key);
        void queries.invalidateQueries({ queryKey: [key] });
      }, QUIET_MS),
    );
  }

  function connect(): void {
    source = new EventSource("/api/v1/events/stream");
    // What happened while there was no connection is read once, now.
    source.onopen = () => refreshSoon("events");
    source.onerror = () => {
      // The browser reconnects by itself unless the platform refused.
      if (source?.readyState === EventSource.CLOSED) retry = window.setTimeout(connect, RETRY_MS);
    };
    for (const type of EVENT_MESSAGES) {
      source.addEventListener(type, () => refreshSoon("events"));
    }
    for (const type of ORDER_MESSAGES) {
      source.addEventListener(type, () => refreshSoon("orders"));
    }
    for (const type of CAMERA_MESSAGES) {
      source.addEventListener(type, () => refreshSoon("cameras"));
    }
    for (const type of SITUATION_MESSAGES) {
      source.addEventListener(type, () => refreshSoon("situations"));
    }
  }

  connect();
  return () => {
    source?.close();
    window.clearTimeout(retry);
    for (const timer of timers.values()) window.clearTimeout(timer);
  };
}
