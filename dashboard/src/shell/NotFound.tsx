import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "../parts/Empty";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty text={t("page.notFound")}>
      <Link to="/">{t("page.home")}</Link>
    </Empty>
  );
}
