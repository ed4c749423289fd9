import { useTranslation } from "react-i18next";
import type { Grant } from "../../api/access";

/** Each role with its place, in one line. */
export function GrantsInWords(props: { grants: Grant[] }) {
  const { t } = useTranslation();
  return props.grants
    .map(({ role, division }) => {
      const word = t(`access.roles.${role}`, role);
      return `${word}: ${division ?? t("administration.lists.everywhere")}`;
    })
    .join("; ");
}
