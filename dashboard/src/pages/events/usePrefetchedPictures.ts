import { useEffect } from "react";
import type { Event } from "../../api/events";
import { useEvidenceUrl } from "../../parts/useEvidenceUrl";

const AHEAD = 5;

/** Loads the pictures of the next events while this one is looked at. */
export function usePrefetchedPictures(events: Event[], at: number): void {
  const evidenceUrl = useEvidenceUrl();
  const next = events.slice(at + 1, at + 1 + AHEAD).map((event) => evidenceUrl(event, "snapshot"));
  const urls = next.filter((url) => url !== undefined).join(" ");
  useEffect(() => {
    for (const url of urls.split(" ").filter(Boolean)) new Image().src = url;
  }, [urls]);
}
