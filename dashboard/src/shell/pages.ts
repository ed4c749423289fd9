/** The pages in the header, in this order: address, second key after `g`, word. */
export const PAGES = [
  { to: "/", key: "w", word: "nav.wall" },
  { to: "/map", key: "m", word: "nav.map" },
  { to: "/cameras", key: "c", word: "nav.cameras" },
  { to: "/scenarios", key: "s", word: "nav.scenarios" },
  { to: "/events", key: "e", word: "nav.events" },
  { to: "/work-orders", key: "o", word: "nav.workOrders" },
  { to: "/kpis", key: "k", word: "nav.kpi" },
  { to: "/algorithms", key: "a", word: "nav.algorithms" },
  { to: "/training", key: "t", word: "nav.training" },
  { to: "/administration", key: "x", word: "nav.administration" },
] as const;
