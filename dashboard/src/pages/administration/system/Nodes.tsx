import { Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Node, nodesQuery } from "../../../api/nodes";
import { clock } from "../../../i18n/time";
import { useLanguage } from "../../../i18n/useLanguage";
import { nodeTone, standingOf } from "../../../meaning/nodeTone";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/Mark";
import { Panel } from "../../../parts/Panel";
import { percent } from "../../../parts/percent";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";
import { Cores } from "./Cores";
import { Drain } from "./Drain";

/** The machines that run cameras: how they are, what they carry, and draining one before work. */
export function Nodes() {
  const { t } = useTranslation();
  const language = useLanguage();
  const may = useMay()("nodes.write");
  const nodes = useQuery(nodesQuery);
  const [askedId, setAskedId] = useState<string>();
  const asked = nodes.data?.find((node) => node.id === askedId);

  return (
    <Panel title={t("administration.system.nodes")}>
      <ProblemNote error={nodes.error} onRetry={() => void nodes.refetch()} />
      {nodes.isPending && !nodes.error && <Waiting />}
      {nodes.data?.length === 0 && <Empty text={t("administration.system.noNode")} />}
      {nodes.data && nodes.data.length > 0 && (
        <Rows
          label={t("administration.system.nodes")}
          minWidth={820}
          columns={[
            { head: t("administration.system.node") },
            { head: t("administration.system.state") },
            { head: t("administration.system.cameras"), number: true },
            { head: t("administration.system.cores") },
            { head: t("administration.system.busy"), number: true },
            { head: t("administration.system.gpus"), number: true },
            { head: t("administration.system.heartbeat"), number: true },
            { head: "" },
          ]}
          rows={nodes.data.map((node) => ({
            key: node.id,
            cells: [
              <NodeName key="name" node={node} />,
              <NodeMark key="state" node={node} />,
              node.status.cameras,
              <Cores key="cores" status={node.status} />,
              node.status.busy === null ? "–" : percent(node.status.busy),
              node.status.gpus,
              clock(language, node.status.heartbeat_at),
              may && (
                <Button
                  key="drain"
                  size="compact-sm"
                  variant="default"
                  onClick={() => setAskedId(node.id)}
                >
                  {t(`administration.system.${node.spec.drained ? "undrain" : "drain"}`)}
                </Button>
              ),
            ],
          }))}
        />
      )}
      {asked && <Drain node={asked} onClose={() => setAskedId(undefined)} />}
    </Panel>
  );
}

function NodeName(props: { node: Node }) {
  const { name, labels } = props.node;
  return (
    <>
      <strong>{name}</strong>
      <Text size="xs" c="dimmed">
        {Object.entries(labels)
          .map(([key, value]) => `${key}: ${String(value)}`)
          .join(", ")}
      </Text>
    </>
  );
}

function NodeMark(props: { node: Node }) {
  const { t } = useTranslation();
  const { spec, status } = props.node;
  const standing = standingOf(status.state, spec.drained, status.cameras);
  return (
    <>
      <Mark tone={nodeTone(standing)}>{t(`administration.system.standing.${standing}`)}</Mark>
      {status.shed && (
        <Text size="xs" c="dimmed">
          {t(`administration.system.shed.${status.shed}`, status.shed)}
        </Text>
      )}
    </>
  );
}
