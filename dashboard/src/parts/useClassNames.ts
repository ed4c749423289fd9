import { useQueries } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { algorithmVersionQuery } from "../api/algorithms";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { useMay } from "./useMay";

/** What the classes of these algorithm versions are called; a class nobody names reads as its key. */
export function useClassNames(
  algorithms: { name: string; version: string }[],
): (key: string) => string {
  const language = useLanguage();
  const enabled = useMay()("algorithms.read");
  const manifests = useQueries({
    queries: algorithms.map(({ name, version }) => ({
      ...algorithmVersionQuery(name, version),
      enabled,
    })),
    combine: (results) => results.map((result) => result.data?.manifest),
  });
  const names = useMemo(() => {
    const specs = manifests.flatMap((manifest) => manifest?.classes ?? []);
    return new Map(specs.map((spec) => [spec.key, inLanguage(language, spec.zh, spec.en)]));
  }, [manifests, language]);
  return useCallback((key) => names.get(key) ?? key.replaceAll("_", " "), [names]);
}
