import { api, unwrap } from "./client";

/** What would become of each row of a file, or, not dry, what has. */
export function importCameras(file: Blob, dryRun: boolean) {
  const call = api.POST("/api/v1/camera-imports", {
    params: { query: { dry_run: dryRun } },
    headers: { "Content-Type": "text/csv" },
    body: file as unknown as string,
    bodySerializer: (body: unknown) => body as Blob,
  });
  return unwrap(call);
}

export type CameraImport = Awaited<ReturnType<typeof importCameras>>;

export const TEMPLATE_URL = "/api/v1/camera-imports/template";
export const EXPORT_URL = "/api/v1/camera-exports";
