/** The same shape, other words. */
type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> };

export interface PageWords {
  name: string;
  en: object;
  zh: object;
}

/**
 * The words of one page: its file `pages/<page>/words.ts` exports them as `words`.
 *
 * `t("kpi.title")` is `title` of the page named `kpi`; the compiler compares the two languages.
 */
export function pageWords<T extends object>(name: string, en: T, zh: Same<T>): PageWords {
  return { name, en, zh };
}

const files = import.meta.glob<{ words: PageWords }>("../pages/*/words.ts", { eager: true });

/** Of every page that has its own file. */
export const ofPages: PageWords[] = Object.values(files).map((file) => file.words);
