import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { DeploymentOrder } from "./deployments";
import { Problem, problemOf } from "./problem";
import type { components } from "./schema";

const getTrial = (trial_id: string) =>
  unwrap(api.GET("/api/v1/trials/{trial_id}", { params: { path: { trial_id } } }));

export type Trial = Awaited<ReturnType<typeof getTrial>>;
export type Clip = components["schemas"]["ClipDocument"];

/** Runs a draft over what its cameras recorded in the last hour, or over uploaded clips. */
export function startTrial(order: DeploymentOrder, clip_ids: string[]): Promise<Trial> {
  return unwrap(api.POST("/api/v1/trials", { body: { ...order, clip_ids } }));
}

/** Asked for again until it has ended. */
export const trialQuery = (trial_id: string) =>
  queryOptions({
    queryKey: ["trials", trial_id],
    queryFn: () => getTrial(trial_id),
    refetchInterval: ({ state }) => (state.data?.ended_at ? false : 1000),
  });

/** Uploads a video; what is drawn for the camera holds in it. */
export async function uploadClip(file: File, camera_id: string | undefined): Promise<Clip> {
  const form = new FormData();
  form.append("clip", file);
  form.append("name", file.name);
  if (camera_id) form.append("camera_id", camera_id);
  let answer: Response;
  try {
    answer = await fetch("/api/v1/clips", { method: "POST", body: form });
  } catch {
    throw new Problem(0, "", "");
  }
  const body = (await answer.json().catch(() => null)) as unknown;
  if (!answer.ok) throw problemOf(answer.status, body);
  return body as Clip;
}
