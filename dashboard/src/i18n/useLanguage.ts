import { useTranslation } from "react-i18next";
import type { Language } from ".";

export function useLanguage(): Language {
  return useTranslation().i18n.language === "zh" ? "zh" : "en";
}

/** Picks `title_zh` or `title_en` style pairs of the catalogue. */
export function inLanguage(language: Language, zh: string, en: string): string {
  return language === "zh" ? zh || en : en || zh;
}
