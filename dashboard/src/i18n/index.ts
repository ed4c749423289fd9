import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en";
import { zh } from "./zh";

export type Language = "zh" | "en";

const REMEMBERED = "longan.language";

function startLanguage(): Language {
  const remembered = localStorage.getItem(REMEMBERED);
  if (remembered === "zh" || remembered === "en") return remembered;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export const i18n = i18next.createInstance();

function tellBrowser(language: string): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}

i18n.on("languageChanged", tellBrowser);

void i18n.use(initReactI18next).init({
  lng: startLanguage(),
  fallbackLng: "en",
  resources: { en: { translation: en }, zh: { translation: zh } },
  interpolation: { escapeValue: false }, // React escapes
});

export function chooseLanguage(language: Language): void {
  localStorage.setItem(REMEMBERED, language);
  void i18n.changeLanguage(language);
}
