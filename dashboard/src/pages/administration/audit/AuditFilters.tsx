import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditFilters as Filters } from "../../../api/access";
import { MomentInput } from "../../../parts/MomentInput";

/** Asked for when sent, so that no half word is looked for. */
export function AuditFilters(props: { filters: Filters; onChange: (filters: Filters) => void }) {
  const { t } = useTranslation();
  const [filters, setFilters] = useState(props.filters);

  function submit(event: FormEvent): void {
    event.preventDefault();
    props.onChange(filters);
  }

  return (
    <Group component="form" gap="sm" align="end" onSubmit={submit}>
      {(["actor", "action"] as const).map((field) => (
        <TextInput
          key={field}
          size="xs"
          label={t(`administration.audit.${field}`)}
          value={filters[field] ?? ""}
          onChange={({ currentTarget }) =>
            setFilters({ ...filters, [field]: currentTarget.value.trim() || undefined })
          }
          maxLength={64}
          spellCheck={false}
        />
      ))}
      {(["since", "until"] as const).map((field) => (
        <MomentInput
          key={field}
          size="xs"
          label={t(`administration.lists.${field}`)}
          value={filters[field]}
          onChange={(at) => setFilters({ ...filters, [field]: at })}
        />
      ))}
      <Button size="xs" type="submit" variant="default">
        {t("administration.audit.find")}
      </Button>
    </Group>
  );
}
