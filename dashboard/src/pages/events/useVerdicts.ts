import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { addReview, type NewReview, type Verdict } from "../../api/reviews";

export interface Given {
  verdict: Verdict;
  /** Why it was not kept. */
  error?: Error;
  undone?: boolean;
}

/** The verdicts of this sitting: shown at once, sent one after the other, back when refused. */
export function useVerdicts() {
  const queries = useQueryClient();
  const [given, setGiven] = useState<ReadonlyMap<string, Given>>(new Map());
  const history = useRef<string[]>([]);
  const put = (id: string, one: Given) => setGiven((all) => new Map(all).set(id, one));

  const { mutate } = useMutation({
    scope: { id: "verdicts" }, // an undo must not overtake what it undoes
    mutationFn: (said: { id: string; body: NewReview }) => addReview(said.id, said.body),
    onError: (error, { id, body }) => put(id, { verdict: body.verdict, error }),
    onSuccess: (_, { id }) =>
      void queries.invalidateQueries({ queryKey: ["events", "reviews", id] }),
  });

  return {
    given,
    say(id: string, body: NewReview): void {
      history.current.push(id);
      put(id, { verdict: body.verdict });
      mutate({ id, body });
    },
    /** Withdraws the last verdict: reviews are never deleted, so it is replaced by unsure. */
    undo(): string | undefined {
      const id = history.current.pop();
      if (id === undefined) return undefined;
      if (given.get(id)?.error) {
        setGiven((all) => new Map([...all].filter(([each]) => each !== id)));
      } else {
        put(id, { verdict: "unsure", undone: true });
        mutate({ id, body: { verdict: "unsure", note: "withdrawn" } });
      }
      return id;
    },
  };
}
