import type { Language } from ".";

const LOCALES: Record<Language, string> = { zh: "zh-CN", en: "en-GB" };

/** The clock of the viewer; with the day when it is not today. */
export function clock(language: Language, iso: string, now = new Date()): string {
  const at = new Date(iso);
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const day = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const options = at.toDateString() === now.toDateString() ? time : { ...day, ...time };
  return new Intl.DateTimeFormat(LOCALES[language], options).format(at);
}

/** As `clock`, without the seconds. */
export function minute(language: Language, iso: string, now = new Date()): string {
  return clock(language, iso, now).slice(0, -":00".length);
}
