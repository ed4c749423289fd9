import { i18n } from ".";

/** The same shape, other words. */
type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> };

/**
 * Takes in the words of one page: its file `pages/<page>/words.ts` does it when it is imported, and
 * what speaks them imports that file, so that they come with the page and not before it.
 *
 * The word "range" of the page named kpi is asked for as kpi.range. The compiler compares the two
 * languages; `words.test.ts` finds a page that speaks words it does not bring.
 */
export function addWords<T extends object>(name: string, en: T, zh: Same<T>): void {
  i18n.addResourceBundle("en", "translation", { [name]: en }, true);
  i18n.addResourceBundle("zh", "translation", { [name]: zh }, true);
}
