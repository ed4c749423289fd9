import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../../api/problem";
import { sinkQuery } from "../../../api/sinks";
import { Empty } from "../../../parts/Empty";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";
import { OnceSecret } from "../OnceSecret";
import { Deliveries } from "./Deliveries";
import { DeleteSink } from "./DeleteSink";
import { SinkForm } from "./SinkForm";

/** One sink: what it is told, and how that goes. */
export function SinkPage(props: {
  id: string;
  secret: string | undefined;
  onSecretKept: () => void;
}) {
  const { t } = useTranslation();
  const sink = useQuery(sinkQuery(props.id));
  const may = useMay()("sinks.write");
  const [deleting, setDeleting] = useState(false);
  if (sink.error instanceof Problem && sink.error.status === 404) {
    return <Empty text={t("administration.sinks.notFound")} />;
  }
  if (!sink.data) {
    return sink.error ? (
      <ProblemNote error={sink.error} onRetry={() => void sink.refetch()} />
    ) : (
      <Waiting />
    );
  }
  return (
    <Stack gap="sm">
      {props.secret && (
        <OnceSecret
          label={t("administration.sinks.secret")}
          secret={props.secret}
          onDone={props.onSecretKept}
        />
      )}
      <ProblemNote error={sink.error} onRetry={() => void sink.refetch()} />
      <Panel
        title={sink.data.name}
        actions={
          may && (
            <Button
              size="compact-sm"
              variant="subtle"
              c="var(--critical)"
              onClick={() => setDeleting(true)}
            >
              {t("administration.sinks.delete")}
            </Button>
          )
        }
      >
        <SinkForm sink={sink.data} />
      </Panel>
      <Deliveries sink={sink.data} />
      {deleting && <DeleteSink sink={sink.data} onClose={() => setDeleting(false)} />}
    </Stack>
  );
}
