import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import { Problem, problemOf } from "./problem";
import type { components } from "./schema";

export type Submission = components["schemas"]["SubmissionDocument"];

export const submissionsQuery = queryOptions({
  queryKey: ["submissions"],
  queryFn: async () => (await unwrap(api.GET("/api/v1/submissions"))).items,
});

/** Asked for again until it is decided. */
export const submissionQuery = (submission_id: string) =>
  queryOptions({
    queryKey: ["submissions", submission_id],
    queryFn: () =>
      unwrap(
        api.GET("/api/v1/submissions/{submission_id}", { params: { path: { submission_id } } }),
      ),
    refetchInterval: ({ state }) => (state.data && state.data.state !== "checking" ? false : 1000),
  });

export interface HandedIn {
  model: File;
  manifest?: File;
  reference?: File;
  challenge?: string;
}

/**
 * Hands in a model. `fetch` does not tell how much of a body has been sent, so this asks the
 * older way.
 *
 * @param onProgress Told the share that was sent, 0–1.
 */
export function submit(
  files: HandedIn,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<Submission> {
  const form = new FormData();
  for (const [name, value] of Object.entries(files)) if (value) form.append(name, value);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/submissions");
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Submission);
      else reject(problemOf(request.status, request.response));
    };
    request.onerror = () => reject(new Problem(0, "", ""));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
