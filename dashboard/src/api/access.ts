import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

export type Grant = components["schemas"]["GrantDocument"];
export type User = components["schemas"]["UserDocument"];
export type UserOrder = components["schemas"]["UserOrder"];
export type UserChange = components["schemas"]["UserChange"];
export type Token = components["schemas"]["TokenDocument"];
export type TokenOrder = components["schemas"]["TokenOrder"];
export type NewToken = components["schemas"]["NewTokenDocument"];
export type AuditRecord = components["schemas"]["RecordDocument"];

export interface AuditFilters {
  actor?: string;
  action?: string;
  since?: string;
  until?: string;
}

/** One page holds them all; a city has some hundred. */
const MOST = 500;

export const usersQuery = queryOptions({
  queryKey: ["access", "users"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/v1/users", { params: { query: { limit: MOST } } }))).items,
});

export const userQuery = (user_id: string) =>
  queryOptions({
    queryKey: ["access", "users", user_id],
    queryFn: () => unwrap(api.GET("/api/v1/users/{user_id}", { params: { path: { user_id } } })),
  });

export const tokensQuery = queryOptions({
  queryKey: ["access", "tokens"],
  queryFn: async () =>
    (await unwrap(api.GET("/api/v1/tokens", { params: { query: { limit: MOST } } }))).items,
});

export const rolesQuery = queryOptions({
  queryKey: ["access", "roles"],
  staleTime: Infinity,
  queryFn: async () => (await unwrap(api.GET("/api/v1/roles"))).items,
});

export const auditQuery = (filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ["audit", filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      unwrap(api.GET("/api/v1/audit-records", { params: { query: { ...filters, cursor } } })),
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });

export function createUser(body: UserOrder): Promise<User> {
  return unwrap(api.POST("/api/v1/users", { body }));
}

export function changeUser(user_id: string, revision: number, body: UserChange): Promise<User> {
  return unwrap(
    api.PATCH("/api/v1/users/{user_id}", {
      params: { path: { user_id }, header: { "if-match": `"${revision}"` } },
      body,
    }),
  );
}

export function deleteUser(user_id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/users/{user_id}", { params: { path: { user_id } } }));
}

/** The answer has the secret, this once. */
export function createToken(body: TokenOrder): Promise<NewToken> {
  return unwrap(api.POST("/api/v1/tokens", { body }));
}

export function deleteToken(token_id: string): Promise<unknown> {
  return unwrap(api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id } } }));
}

export function verifyAudit() {
  return unwrap(api.GET("/api/v1/audit-records/verification"));
}
