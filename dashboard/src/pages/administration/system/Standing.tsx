import { Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../../api/cameras";
import { nodesQuery } from "../../../api/nodes";
import { readinessQuery, versionQuery } from "../../../api/platform";
import { Facts } from "../../../parts/Facts";
import { Mark } from "../../../parts/Mark";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { StateMark } from "../../../parts/StateMark";
import { useMay } from "../../../parts/useMay";
import { capacityOf, countStates } from "./capacity";

/** The platform in five lines. */
export function Standing() {
  const { t } = useTranslation();
  const readiness = useQuery(readinessQuery);
  const may = useMay();
  const version = useQuery({ ...versionQuery, enabled: may("inference") });
  const nodes = useQuery(nodesQuery);
  const cameras = useQuery(camerasQuery);
  const asked = [readiness, version, cameras];
  const capacity = nodes.data && capacityOf(nodes.data);

  return (
    <Panel title={t("administration.system.platform")}>
      <ProblemNote
        error={asked.find(({ error }) => error)?.error ?? null}
        onRetry={() => asked.forEach((each) => each.error && void each.refetch())}
      />
      <Facts
        facts={[
          [
            t("administration.system.readiness"),
            readiness.error ? (
              <Mark key="ready" tone="major">
                {t("administration.system.notReady")}
              </Mark>
            ) : (
              readiness.data && (
                <Mark key="ready" tone="good">
                  {t("administration.system.ready")}
                </Mark>
              )
            ),
          ],
          [t("administration.system.version"), version.data],
          [
            t("administration.system.nodes"),
            capacity && t("administration.system.nodesOf", { ...capacity }),
          ],
          [
            t("administration.system.capacity"),
            capacity && t("administration.system.coresFree", { ...capacity }),
          ],
          [
            t("administration.system.cameras"),
            cameras.data && (
              <Group key="cameras" gap="md">
                {countStates(cameras.data).map(({ state, count }) => (
                  <span key={state} data-state={state}>
                    <StateMark state={state} /> {count}
                  </span>
                ))}
                {cameras.data.length === 0 && (
                  <Text size="sm" c="dimmed">
                    {t("cameras.empty")}
                  </Text>
                )}
                <Link to="/cameras">{t("administration.system.toCameras")}</Link>
              </Group>
            ),
          ],
        ]}
      />
    </Panel>
  );
}
