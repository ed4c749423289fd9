/** The pages in the header, in this order: address, second key after `g`, word. */
export const PAGES = [
  { to: "/", key: "w", word: "nav.wall" },
  { to: "/map", key: "m", word: "map.title" },
  { to: "/cameras", key: "c", word: "nav.cameras" },
  { to: "/scenarios", key: "s", word: "scenarios.title" },
  { to: "/events", key: "e", word: "nav.events" },
  { to: "/work-orders", key: "o", word: "workOrders.title" },
  { to: "/kpis", key: "k", word: "kpi.title" },
  { to: "/algorithms", key: "a", word: "algorithms.title" },
  { to: "/training", key: "t", word: "training.title" },
  { to: "/administration", key: "x", word: "administration.title" },
] as const;
