import { expect, test } from "vitest";

const files = import.meta.glob<string>(["/src/**/*.{ts,tsx}", "!/src/**/*.test.ts"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** What a file imports in any case, and what it loads later. */
const IMPORTS = /^(?:import|export)\s(?!type\b)(?:[^;"]*?\sfrom\s)?"(\.[^"]+)";/gm;
const LATER = /\bimport\("(\.[^"]+)"\)/g;

/** Rights are written like words: `scenarios.read`. */
const RIGHT = /^(read|write|submit|promote)["`]/;

const dictionaries = new Map<string, string>();
for (const [path, source] of Object.entries(files)) {
  const name = /addWords\(\s*"(\w+)"/.exec(source)?.[1];
  if (name) dictionaries.set(name, path);
}

function resolve(from: string, to: string): string {
  const path = new URL(to, `file://${from}`).pathname;
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((one) => one in files) ?? path;
}

function found(path: string, pattern: RegExp): string[] {
  return [...(files[path] ?? "").matchAll(pattern)].map((match) => resolve(path, match[1] ?? ""));
}

/** Everything that is there once this file is loaded. */
function loadedBy(path: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(path) || !(path in files)) return loaded;
  loaded.add(path);
  for (const next of found(path, IMPORTS)) loadedBy(next, loaded);
  return loaded;
}

/** `file: dictionary` for each word that is spoken there and would not have come yet. */
function missing(loaded: Set<string>): string[] {
  return [...loaded].flatMap((path) =>
    [...dictionaries].flatMap(([name, words]) => {
      if (loaded.has(words)) return [];
      const spoken = [...(files[path] ?? "").matchAll(new RegExp(`["\`]${name}\\.(\\S+)`, "g"))];
      return spoken.some((match) => !RIGHT.test(match[1] ?? "")) ? [`${path}: ${name}`] : [];
    }),
  );
}

const MAIN = "/src/main.tsx";
const later = Object.keys(files).flatMap((path) => found(path, LATER));

test("every page brings the words it speaks", () => {
  expect(later.length).toBeGreaterThan(20);
  expect(dictionaries.size).toBeGreaterThan(10);
  expect(later.flatMap((page) => missing(loadedBy(page, loadedBy(MAIN))))).toEqual([]);
});

test("what is loaded first waits for no page's words, and brings none", () => {
  const first = loadedBy(MAIN);

  expect(missing(first)).toEqual([]);
  expect([...dictionaries.values()].filter((path) => first.has(path))).toEqual([]);
});
