import { useSyncExternalStore } from "react";

function listen(listener: () => void): () => void {
  document.addEventListener("fullscreenchange", listener);
  return () => document.removeEventListener("fullscreenchange", listener);
}

/** Whether the browser shows nothing but the dashboard, and the way there and back. */
export interface FullScreen {
  on: boolean;
  possible: boolean;
  toggle: () => void;
}

export function useFullScreen(): FullScreen {
  const on = useSyncExternalStore(listen, () => document.fullscreenElement !== null);
  return {
    on,
    possible: document.fullscreenEnabled,
    toggle: () =>
      void (on ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  };
}
