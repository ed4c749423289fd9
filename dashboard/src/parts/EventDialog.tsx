import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { eventQuery } from "../api/events";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { EventDetail } from "./EventDetail";

/** An event opened over the page it was chosen on. */
export function EventDialog(props: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const event = useQuery(eventQuery(props.id)).data;
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={event && inLanguage(language, event.scenario_title_zh, event.scenario_title_en)}
      size="min(1280px, 94vw)"
      padding="lg"
      centered
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ "aria-label": t("events.close") }}
    >
      <EventDetail id={props.id} />
    </Modal>
  );
}
