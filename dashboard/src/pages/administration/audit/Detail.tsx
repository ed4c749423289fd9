import { useTranslation } from "react-i18next";
import type { AuditRecord } from "../../../api/access";

interface Change {
  what: string;
  kind: string;
  id: string;
  columns?: string[];
  reason?: string;
}

/** What was made, changed or deleted, a line each; whatever else there is as it stands. */
export function Detail(props: { detail: AuditRecord["detail"] }) {
  const { t } = useTranslation();
  const { changes = [], ...rest } = props.detail as { changes?: Change[] };
  const others = Object.entries(rest).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const lines = changes.map(({ what, kind, id, columns, reason }) =>
    [
      `${t(`administration.audit.${what}`, what)} ${kind} ${id}`,
      columns && `(${columns.join(", ")})`,
      reason && `– ${reason}`,
    ]
      .filter(Boolean)
      .join(" "),
  );
  return [...lines, ...others].map((line) => <div key={line}>{line}</div>);
}
