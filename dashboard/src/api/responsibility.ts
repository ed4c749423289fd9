import { queryOptions } from "@tanstack/react-query";
import { api, send, unwrap } from "./client";
import type { components } from "./schema";

export type ListVersion = components["schemas"]["ListSummary"];
export type Rule = components["schemas"]["Responsibility"];
export type Window = NonNullable<Rule["window"]>;
export type Unit = ListVersion["units"][number];
export type DispatchAnswer = components["schemas"]["DispatchAnswerDocument"];
export type Simulation = components["schemas"]["SimulationDocument"];

/** A matter somebody could have to deal with. */
export interface Matter {
  scenario: string;
  division?: string;
  at: string;
}

const KEY = "responsibility-list";

/** Every version, newest first. */
export const versionsQuery = queryOptions({
  queryKey: [KEY, "versions"],
  queryFn: async () => {
    const versions: ListVersion[] = [];
    let cursor: string | undefined;
    do {
      const call = api.GET("/api/v1/responsibility-lists", { params: { query: { cursor } } });
      const page = await unwrap(call);
      versions.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return versions;
  },
});

/** One version with its rows. */
export const versionQuery = (list_id: string) =>
  queryOptions({
    queryKey: [KEY, "one", list_id],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/responsibility-lists/{list_id}", { params: { path: { list_id } } }),
      ),
  });

export const answerQuery = (list_id: string, { scenario, division, at }: Matter) =>
  queryOptions({
    queryKey: [KEY, "answer", list_id, scenario, division, at],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/responsibility-lists/{list_id}/answer", {
          params: { path: { list_id }, query: { scenario, division, at } },
        }),
      ),
  });

export function importList(file: File, name: string): Promise<ListVersion> {
  const form = new FormData();
  form.set("file", file);
  const query = new URLSearchParams({ name }).toString();
  return send(`/api/v1/responsibility-lists?${query}`, { method: "POST", body: form });
}

/** @param before The version that is in force now; 0 where there is none. */
export function putInForce(id: string, before: number): Promise<ListVersion> {
  return unwrap(
    api.PUT("/api/v1/responsibility-lists/current", {
      body: { id },
      params: { header: { "if-match": `"${before}"` } },
    }),
  );
}

export function simulate(list: string, since: string, until: string): Promise<Simulation> {
  return unwrap(api.POST("/api/v1/dispatch-simulations", { body: { list, since, until } }));
}
