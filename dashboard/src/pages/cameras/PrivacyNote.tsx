import { Group, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";

/** How much of the picture nobody sees, and the way to change it. */
export function PrivacyNote(props: { camera: Camera }) {
  const { t } = useTranslation();
  const { id, spec } = props.camera;
  return (
    <section aria-label={t("cameraPages.privacy")}>
      <Title order={2}>{t("cameraPages.privacy")}</Title>
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          {t("cameraPages.privacyCount", { count: spec.privacy_areas.length })}
        </Text>
        <Link to="/cameras/$id/privacy" params={{ id }}>
          {t("cameraPages.editPrivacy")}
        </Link>
      </Group>
    </section>
  );
}
