import type { components } from "./schema";

/** What the platform answers when it refuses: problem details, RFC 9457. */
type ProblemDetails = Partial<components["schemas"]["Problem"]>;

export type FieldError = components["schemas"]["FieldError"];

/** A refusal in words. `status` is 0 when the platform did not answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** The last part of `type`, such as `no-capacity`. */
    readonly kind = "",
    readonly errors: FieldError[] = [],
  ) {
    super(detail || title);
  }

  /** What is wrong with a field, or with something in it: `rule` is `body.rule…`. */
  at(field: string): string | undefined {
    const where = `body.${field}`;
    const here = this.errors.filter((e) => e.where === where || e.where.startsWith(`${where}.`));
    return here.map(({ message }) => message).join("; ") || undefined;
  }
}

export function problemOf(status: number, body: unknown): Problem {
  const { title = "", detail = "", type = "", errors } = (body ?? {}) as ProblemDetails;
  return new Problem(status, title, detail, type.split(":").at(-1), errors);
}
