import { Button, Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { camerasQuery } from "../api/cameras";
import { clock } from "../i18n/time";
import { useLanguage } from "../i18n/useLanguage";
import { Empty } from "../parts/Empty";
import { ProblemNote } from "../parts/ProblemNote";
import { rate } from "../parts/rate";
import { StateMark } from "../parts/StateMark";
import { useReason } from "../parts/useReason";
import { Page } from "../shell/Page";
import classes from "./Cameras.module.css";

export function Cameras() {
  const { t } = useTranslation();
  const language = useLanguage();
  const reason = useReason();
  const navigate = useNavigate();
  const cameras = useQuery(camerasQuery);
  const add = (
    <Button component={Link} to="/cameras/new">
      {t("cameras.add")}
    </Button>
  );

  return (
    <Page title={t("cameras.title")} actions={add}>
      <ProblemNote error={cameras.error} onRetry={() => void cameras.refetch()} />
      {cameras.data?.length === 0 && <Empty text={t("cameras.empty")} />}
      {cameras.data && cameras.data.length > 0 && (
        <Table className={classes.table} highlightOnHover verticalSpacing={6} horizontalSpacing="lg">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("cameras.name")}</Table.Th>
              <Table.Th>{t("cameras.state")}</Table.Th>
              <Table.Th>{t("cameras.reason")}</Table.Th>
              <Table.Th ta="right">{t("cameras.fps")}</Table.Th>
              <Table.Th ta="right">{t("cameras.size")}</Table.Th>
              <Table.Th ta="right">{t("cameras.since")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {cameras.data.map(({ id, name, status }) => (
              <Table.Tr
                key={id}
                onClick={() => void navigate({ to: "/cameras/$id", params: { id } })}
              >
                <Table.Td>
                  <Link to="/cameras/$id" params={{ id }}>
                    {name}
                  </Link>
                </Table.Td>
                <Table.Td>
                  <StateMark state={status.state} />
                </Table.Td>
                <Table.Td c="dimmed">{reason(status)}</Table.Td>
                <Table.Td ta="right">
                  {rate(status.analysed_fps)} / {rate(status.source_fps)}
                </Table.Td>
                <Table.Td ta="right">
                  {status.width_px ? `${status.width_px} × ${status.height_px}` : "–"}
                </Table.Td>
                <Table.Td ta="right">{clock(language, status.since)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Page>
  );
}
