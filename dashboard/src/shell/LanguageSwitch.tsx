import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { chooseLanguage } from "../i18n";
import { useLanguage } from "../i18n/useLanguage";

/** Names the other language in that language. */
export function LanguageSwitch() {
  const { t } = useTranslation();
  const other = useLanguage() === "zh" ? "en" : "zh";
  return (
    <Button
      size="compact-sm"
      variant="subtle" c="dimmed" fw={400}
      lang={other}
      onClick={() => chooseLanguage(other)}
    >
      {t("shell.language")}
    </Button>
  );
}
