import { evidenceUrl } from "../api/events";
import { useMay } from "./useMay";

/** Where a picture of an event lies; nowhere for who may see none. */
export function useEvidenceUrl(): typeof evidenceUrl {
  const may = useMay()("evidence.read");
  return may ? evidenceUrl : () => undefined;
}
