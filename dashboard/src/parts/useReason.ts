import { useTranslation } from "react-i18next";

interface Told {
  reason?: string | null;
  message?: string | null;
}

/** Why a camera is as it is, in words: ours where the reason is known, else the platform's. */
export function useReason(): (told: Told) => string {
  const { t, i18n } = useTranslation();
  return ({ reason, message }) => {
    if (reason && i18n.exists(`reason.${reason}`)) return t(`reason.${reason}`);
    return message ?? reason ?? "";
  };
}
