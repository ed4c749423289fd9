import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema";

/** A right, such as `nodes.write`. */
export type Action = components["schemas"]["SessionDocument"]["actions"][number];

/** The cookie is hidden from scripts; this remembers that there should be one. */
const SIGNED_IN = "longan.signed-in";

export function isSignedIn(): boolean {
  return localStorage.getItem(SIGNED_IN) !== null;
}

export function forgetSession(): void {
  localStorage.removeItem(SIGNED_IN);
}

/** How somebody signed in here the last time. */
const WAY = "longan.sign-in";

export type SignInWay = "password" | "token";

/** The platform's first visitor has only the admin token. */
export function rememberedWay(): SignInWay {
  return localStorage.getItem(WAY) === "password" ? "password" : "token";
}

/** What is typed to sign in. */
export type Credentials = { token: string } | { name: string; password: string };

export async function signIn(credentials: Credentials): Promise<void> {
  await unwrap(api.POST("/api/v1/session", { body: credentials }));
  localStorage.setItem(SIGNED_IN, "yes");
  localStorage.setItem(WAY, "token" in credentials ? "token" : "password");
}

/** The platform has set the cookie on the way back from another sign-in page. */
export function enterFromOutside(): void {
  localStorage.setItem(SIGNED_IN, "yes");
}

/** What else than a password or a token opens the platform. */
export const signInWaysQuery = queryOptions({
  queryKey: ["sign-in-ways"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: () => unwrap(api.GET("/api/v1/session/ways")),
});

export async function signOut(): Promise<void> {
  forgetSession();
  await unwrap(api.DELETE("/api/v1/session"));
}

/** Ends every session of the user, and begins a new one here. */
export async function changePassword(name: string, old: string, chosen: string): Promise<void> {
  await unwrap(api.PUT("/api/v1/session/password", { body: { old, new: chosen } }));
  await signIn({ name, password: chosen });
}

/** Who is signed in, and what he may. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: 60_000,
  queryFn: () => unwrap(api.GET("/api/v1/session")),
});
