import { Autocomplete, Button, Group, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Grant, rolesQuery } from "../../api/access";
import { camerasQuery } from "../../api/cameras";
import { divisionsOf } from "../../parts/divisions";
import classes from "./GrantsEditor.module.css";

const FIRST: Grant = { role: "reviewer", division: null };

/** What somebody may do, and where: roles, each everywhere or in one division. */
export function GrantsEditor(props: { grants: Grant[]; onChange: (grants: Grant[]) => void }) {
  const { t } = useTranslation();
  const { grants, onChange } = props;
  const roles = useQuery(rolesQuery).data ?? [];
  const cameras = useQuery(camerasQuery).data ?? [];

  function set(at: number, change: Partial<Grant>): void {
    onChange(grants.map((grant, index) => (index === at ? { ...grant, ...change } : grant)));
  }

  return (
    <fieldset className={classes.grants}>
      <legend>{t("administration.access.grants")}</legend>
      {grants.map((grant, index) => (
        <Group key={index} gap="sm" align="end">
          <Select
            label={t("administration.access.role")}
            data={roles.map(({ role }) => ({
              value: role,
              label: t(`access.roles.${role}`, role),
            }))}
            value={grant.role}
            onChange={(role) => role && set(index, { role })}
            allowDeselect={false}
          />
          <Autocomplete
            label={t("administration.access.division")}
            placeholder={t("administration.lists.everywhere")}
            data={divisionsOf(cameras.map(({ spec }) => spec.division))}
            value={grant.division ?? ""}
            onChange={(division) => set(index, { division: division.trim() || null })}
            maxLength={128}
          />
          <Button
            variant="subtle"
            disabled={grants.length === 1}
            onClick={() => onChange(grants.filter((_, at) => at !== index))}
          >
            {t("administration.access.removeGrant")}
          </Button>
        </Group>
      ))}
      <Button variant="default" w="fit-content" onClick={() => onChange([...grants, FIRST])}>
        {t("administration.access.addGrant")}
      </Button>
    </fieldset>
  );
}
