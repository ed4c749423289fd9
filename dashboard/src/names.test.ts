import { expect, test } from "vitest";
import { lines } from "./pages/kpi/trendOption";

const SOURCES = import.meta.glob<string>("./**/*.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** React writes names as text; only what goes around it could make markup of them. */
test("no name is written as markup", () => {
  const aroundReact = /dangerouslySetInnerHTML|\.(inner|outer)HTML|insertAdjacentHTML|\.setHTML|document\.write/;
  const files = Object.entries(SOURCES).filter(([path]) => !path.endsWith(".test.ts"));

  expect(files.length).toBeGreaterThan(100);
  expect(files.filter(([, source]) => aroundReact.test(source)).map(([path]) => path)).toEqual([]);
});

test("a name in a chart's tooltip, which is markup, is text", () => {
  const told = lines("<img src=x onerror=alert(1)>", "a & b");

  expect(told).toBe("&#60;img src=x onerror=alert(1)&#62;<br>a &#38; b");
});
