import { Button, FileButton, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { importCameras, TEMPLATE_URL } from "../api/cameraImports";
import { camerasQuery } from "../api/cameras";
import { ProblemNote } from "../parts/ProblemNote";
import { Page } from "../shell/Page";
import { ImportReport } from "./cameras/ImportReport";
import "./cameras/words";

/** Many cameras from one file: it is tried, its report is read, and then it is taken. */
export function ImportCameras() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [file, setFile] = useState<File>();
  const attempt = useMutation({ mutationFn: (chosen: File) => importCameras(chosen, true) });
  const take = useMutation({
    mutationFn: (chosen: File) => importCameras(chosen, false),
    onSuccess: () => queries.invalidateQueries(camerasQuery),
  });

  function choose(chosen: File | null): void {
    if (!chosen) return;
    setFile(chosen);
    take.reset();
    attempt.mutate(chosen);
  }

  const report = take.data ?? attempt.data;
  return (
    <Page
      title={t("cameraPages.importTitle")}
      actions={<Link to="/cameras">{t("cameraPages.toCameras")} →</Link>}
    >
      <Stack gap="md">
        <Text size="sm" maw={640}>
          {t("cameraPages.importHow")}{" "}
          <a href={TEMPLATE_URL} download>
            {t("cameraPages.template")}
          </a>
        </Text>
        <Group gap="sm">
          <FileButton onChange={choose} accept=".csv,text/csv">
            {(button) => (
              <Button variant="default" loading={attempt.isPending} {...button}>
                {t("cameraPages.chooseFile")}
              </Button>
            )}
          </FileButton>
          {file && <Text size="sm">{file.name}</Text>}
        </Group>
        <ProblemNote error={attempt.error ?? take.error} />
        {report && (
          <>
            <ImportReport report={report} />
            {!take.data && (
              <Button
                w="fit-content"
                disabled={report.new === 0 || !file}
                loading={take.isPending}
                onClick={() => file && take.mutate(file)}
              >
                {t("cameraPages.take", { count: report.new })}
              </Button>
            )}
          </>
        )}
      </Stack>
    </Page>
  );
}
