import { Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CameraImport } from "../../api/cameraImports";
import type { Tone } from "../../meaning/tones";
import { Mark } from "../../parts/Mark";
import { Rows } from "../../parts/Rows";

const TONES: Record<CameraImport["rows"][number]["outcome"], Tone> = {
  new: "good",
  known: "quiet",
  wrong: "major",
};

/** Those that must be put right come first; a long list is cut there, never before. */
const MOST = 500;

/** What becomes of each row: what was expected, and what stands there. */
export function ImportReport(props: { report: CameraImport }) {
  const { t } = useTranslation();
  const { report } = props;
  const outcomes = ["new", "known", "wrong"] as const;
  const rows = report.rows
    .toSorted((a, b) => Number(b.outcome === "wrong") - Number(a.outcome === "wrong"))
    .slice(0, Math.max(MOST, report.wrong));
  return (
    <>
      <Group gap="lg" role="status">
        {outcomes.map((outcome) => (
          <Mark key={outcome} tone={report[outcome] ? TONES[outcome] : "quiet"}>
            {t(`cameraPages.${report.dry_run ? "would" : "did"}.${outcome}`, {
              count: report[outcome],
            })}
          </Mark>
        ))}
      </Group>
      <Rows
        label={t("cameraPages.report")}
        minWidth={560}
        columns={[
          { head: t("cameraPages.line"), number: true },
          { head: t("cameras.name") },
          { head: t("cameraPages.outcome") },
          { head: t("cameraPages.mistakes") },
        ]}
        rows={rows.map((row) => ({
          key: String(row.line),
          cells: [
            row.line,
            row.name,
            <Mark key="outcome" tone={TONES[row.outcome]}>
              {t(`cameraPages.rowIs.${row.outcome}`)}
            </Mark>,
            row.mistakes.map(({ column, expected, got }) => (
              <Text key={column} size="sm">
                {column && <b>{column}: </b>}
                {t("cameraPages.expected", { expected })}
                {got !== null && t("cameraPages.got", { got })}
              </Text>
            )),
          ],
        }))}
      />
      {rows.length < report.rows.length && (
        <Text size="sm" c="dimmed">
          {t("cameraPages.moreRows", { count: report.rows.length - rows.length })}
        </Text>
      )}
    </>
  );
}
