import { useQuery } from "@tanstack/react-query";
import { type Action, sessionQuery } from "../api/session";

/** Whether who is signed in may do something somewhere; nothing while that is not known. */
export function useMay(): (action: Action) => boolean {
  const session = useQuery(sessionQuery).data;
  return (action) => session?.actions.includes(action) ?? false;
}
