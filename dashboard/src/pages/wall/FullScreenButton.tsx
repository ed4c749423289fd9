import { ActionIcon } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { FullScreen } from "./useFullScreen";

export function FullScreenButton({ full }: { full: FullScreen }) {
  const { t } = useTranslation();
  const word = t(full.on ? "wall.leaveFullScreen" : "wall.fullScreen");
  return (
    <ActionIcon size="sm" variant="default" aria-label={word} title={word} onClick={full.toggle}>
      <svg width="12" height="12" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden>
        <path d="M1 4V1h3M8 1h3v3M11 8v3H8M4 11H1V8" />
      </svg>
    </ActionIcon>
  );
}
