import type { CameraKind, NewCamera } from "../../api/cameras";
import { DEFAULT_SCENARIO } from "../../api/scenarios";

/** What stands in the form. */
export interface CameraForm {
  name: string;
  url: string;
  kind: "auto" | CameraKind;
  loop: boolean;
  fps: number;
  division: string;
  tags: string[];
  scenario: string | null;
}

export const KINDS = ["auto", "stream", "snapshot", "file"] as const;

export const EMPTY_FORM: CameraForm = {
  name: "",
  url: "",
  kind: "auto",
  loop: true,
  fps: 5,
  division: "",
  tags: [],
  scenario: DEFAULT_SCENARIO,
};

/** Only a file can start again; without a scheme an address is a path. */
export function mayLoop({ kind, url }: CameraForm): boolean {
  if (kind !== "auto") return kind === "file";
  return url !== "" && (!url.includes("://") || url.startsWith("file://"));
}

/** The form as the platform wants it; `auto` leaves the kind to the platform. */
export function toCamera(form: CameraForm): NewCamera {
  return {
    name: form.name.trim(),
    url: form.url.trim(),
    analysed_fps: form.fps,
    ...(form.kind !== "auto" && { kind: form.kind }),
    ...(mayLoop(form) && { loop: form.loop }),
    ...(form.division.trim() && { division: form.division.trim() }),
    ...(form.tags.length > 0 && { tags: form.tags }),
  };
}

/** What to look at before it is added. */
export function toProbe({ url, kind }: CameraForm): [string, CameraKind | undefined] {
  return [url.trim(), kind === "auto" ? undefined : kind];
}
