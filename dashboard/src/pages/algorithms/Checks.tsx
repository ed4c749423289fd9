import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { TrialReport } from "../../api/algorithms";
import { Facts } from "../../parts/Facts";
import { Panel } from "../../parts/Panel";

/** How a version behaved in the sandbox when it was handed in. */
export function Checks(props: { report: TrialReport | null }) {
  const { t } = useTranslation();
  const { report } = props;
  const one = report?.batches[0];

  return (
    <Panel title={t("algorithms.checks")}>
      {!report && (
        <Text size="sm" c="dimmed">
          {t("algorithms.noChecks")}
        </Text>
      )}
      {report && (
        <Facts
          facts={[
            [
              t("algorithms.deterministic"),
              t(report.deterministic ? "algorithms.same" : "algorithms.different"),
            ],
            [t("algorithms.onBlank"), `${report.boxes_on_blank} / ${report.boxes_on_noise}`],
            [t("algorithms.onNan"), t(`algorithms.nan.${report.on_nan}`)],
            [
              t("algorithms.cost"),
              one &&
                t("algorithms.costs", {
                  ms: one.ms?.toFixed(0) ?? "–",
                  mib: one.memory_mib.toFixed(0),
                }),
            ],
            [t("algorithms.parameters"), report.parameters.toLocaleString("en-US")],
            [
              t("algorithms.parity"),
              report.parity
                ? t(report.parity.agrees ? "algorithms.agrees" : "algorithms.differs", {
                    n: report.parity.pictures,
                  })
                : t("algorithms.noParity"),
            ],
          ]}
        />
      )}
    </Panel>
  );
}
