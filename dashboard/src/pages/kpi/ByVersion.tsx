import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { csvUrl, type Period, type Place, precisionQuery } from "../../api/kpis";
import { Empty } from "../../parts/Empty";
import { Interval } from "../../parts/Interval";
import { VersionLink } from "../../parts/VersionLink";
import { count, share } from "./format";
import { Panel } from "./Panel";

/** How often each model version was right, as reviewers say. */
export function ByVersion(props: { period: Period; place: Place }) {
  const { t } = useTranslation();
  const { period, place } = props;
  const precision = useQuery(precisionQuery(period, place));
  const rows = precision.data ?? [];

  return (
    <Panel
      title={t("kpi.byVersion")}
      asked={precision}
      height={220}
      csv={csvUrl("precision", { ...period, ...place })}
    >
      {rows.length === 0 ? (
        <Empty text={t("kpi.noEvents")} />
      ) : (
        <Table.ScrollContainer minWidth={320} type="native">
          <Table verticalSpacing={6} borderColor="var(--line)">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("kpi.version")}</Table.Th>
                <Table.Th ta="right">{t("kpi.events")}</Table.Th>
                <Table.Th ta="right">{t("kpi.precision")}</Table.Th>
                <Table.Th>{t("kpi.interval")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={`${row.scenario}${row.algorithm}${row.version}${row.sha256}`}>
                  <Table.Td>
                    <VersionLink name={row.algorithm} version={row.version} />
                  </Table.Td>
                  <Table.Td ta="right">{count(row.events)}</Table.Td>
                  <Table.Td ta="right">
                    {row.precision == null ? t("kpi.noReviews") : share(row.precision)}
                  </Table.Td>
                  <Table.Td>
                    <Interval {...{ value: row.precision, low: row.low, high: row.high }} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}
