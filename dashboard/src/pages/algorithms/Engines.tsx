import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Version } from "../../api/algorithms";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";

/** What runs it on each node, and which nodes cannot. */
export function Engines(props: { version: Version }) {
  const { t } = useTranslation();
  const { engines, failures } = props.version;
  return (
    <Panel title={t("algorithms.engines")}>
      <Stack gap={4}>
        {engines.length + failures.length === 0 && (
          <Text size="sm" c="dimmed">
            {t("algorithms.noEngine")}
          </Text>
        )}
        {engines.map(({ node_id, node, engine, cpu_ms }) => (
          <Text key={node_id} size="sm">
            {t("algorithms.engine", { node, engine, ms: cpu_ms.toFixed(0) })}
          </Text>
        ))}
        {failures.map(({ node_id, node, message }) => (
          <Text key={node_id} size="sm">
            <Mark tone="major">{t("algorithms.failure", { node, message })}</Mark>
          </Text>
        ))}
      </Stack>
    </Panel>
  );
}
