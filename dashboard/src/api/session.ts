import { api, unwrap } from "./client";

/** The cookie is hidden from scripts; this remembers that there should be one. */
const SIGNED_IN = "longan.signed-in";

export function isSignedIn(): boolean {
  return localStorage.getItem(SIGNED_IN) !== null;
}

export function forgetSession(): void {
  localStorage.removeItem(SIGNED_IN);
}

export async function signIn(token: string): Promise<void> {
  await unwrap(api.POST("/api/v1/session", { body: { token } }));
  localStorage.setItem(SIGNED_IN, "yes");
}

export async function signOut(): Promise<void> {
  forgetSession();
  await unwrap(api.DELETE("/api/v1/session"));
}
