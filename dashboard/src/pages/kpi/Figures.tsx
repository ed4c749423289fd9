import { Button, SegmentedControl, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../../api/cameras";
import { csvUrl, type Period, type Place, wearingQuery } from "../../api/kpis";
import { Empty } from "../../parts/Empty";
import { Interval } from "../../parts/Interval";
import { count, share } from "./format";
import { Panel } from "./Panel";
import { GROUPS } from "./search";

type Group = (typeof GROUPS)[number];

/** The figures behind the trends; a place in the table can be looked at on its own. */
export function Figures(props: {
  period: Period;
  place: Place;
  by: Group;
  onBy: (by: Group) => void;
  onPlace: (place: Place) => void;
}) {
  const { t } = useTranslation();
  const { period, place, by, onBy, onPlace } = props;
  const wearing = useQuery(wearingQuery(period, place, by));
  const cameras = useQuery(camerasQuery).data ?? [];
  const names = new Map(cameras.map(({ id, name }) => [id, name]));
  const rows = wearing.data ?? [];

  function nameOf(group: string) {
    if (by === "day" || by === "week") return group;
    const name = by === "camera" ? (names.get(group) ?? group) : group || t("kpi.noDivision");
    if (!group) return name;
    const to = by === "camera" ? { ...place, camera_id: group } : { ...place, division: group };
    return (
      <Button variant="transparent" size="compact-sm" px={0} onClick={() => onPlace(to)}>
        {name}
      </Button>
    );
  }

  return (
    <Panel
      title={t("kpi.table")}
      asked={wearing}
      height={240}
      csv={csvUrl("helmet-wearing", { ...period, ...place, group_by: by })}
    >
      <SegmentedControl
        size="xs"
        mb="sm"
        data={GROUPS.map((value) => ({ value, label: t(`kpi.by.${value}`) }))}
        value={by}
        onChange={(value) => onBy(GROUPS.find((group) => group === value) ?? "division")}
      />
      {rows.length === 0 ? (
        <Empty text={t("kpi.nothingCounted")} />
      ) : (
        <Table.ScrollContainer minWidth={620} type="native">
          <Table verticalSpacing={6} borderColor="var(--line)" data-figures>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t(`kpi.place.${by}`)}</Table.Th>
                <Table.Th ta="right">{t("kpi.riders")}</Table.Th>
                <Table.Th ta="right">{t("kpi.without")}</Table.Th>
                <Table.Th ta="right">{t("kpi.rate")}</Table.Th>
                <Table.Th>{t("kpi.interval")}</Table.Th>
                <Table.Th ta="right">{t("kpi.coverage")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.group}>
                  <Table.Td>{nameOf(row.group)}</Table.Td>
                  <Table.Td ta="right">{count(row.riders)}</Table.Td>
                  <Table.Td ta="right">{count(row.without_helmet)}</Table.Td>
                  <Table.Td ta="right">
                    {row.rate == null ? t("kpi.noData") : share(row.rate)}
                  </Table.Td>
                  <Table.Td>
                    <Interval {...{ value: row.rate, low: row.low, high: row.high }} />
                  </Table.Td>
                  <Table.Td ta="right">{share(row.coverage)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
}
