/** What the platform answers when it refuses: problem details, RFC 9457. */
interface ProblemDetails {
  title?: string;
  detail?: string;
  errors?: FieldError[];
}

/** One thing that is wrong in what was sent, such as `line 3.unit` of a file. */
export interface FieldError {
  where: string;
  message: string;
}

/** A refusal in words. `status` is 0 when the platform did not answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
  ) {
    super(detail || title);
  }
}

export function problemOf(status: number, body: unknown): Problem {
  const { title = "", detail = "", errors } = (body ?? {}) as ProblemDetails;
  return new Problem(status, title, detail, errors);
}
