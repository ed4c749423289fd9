import type { Tone } from "./tones";

export function severityTone(severity: string): Tone {
  return severity === "critical" || severity === "major" ? severity : "notice";
}
