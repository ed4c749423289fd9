import { Button, FileInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../../api/problem";
import { importList } from "../../../api/responsibility";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";

/** A list from a spreadsheet becomes a draft; every row that is wrong is told. */
export function ImportList() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/administration" });
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const take = useMutation({
    mutationFn: (chosen: File) =>
      importList(chosen, name.trim() || chosen.name.replace(/\.csv$/i, "")),
    onSuccess: async ({ id }) => {
      setFile(null);
      setName("");
      await queries.invalidateQueries({ queryKey: ["responsibility-list"] });
      await navigate({ search: { tab: "responsibility", open: id } });
    },
  });
  const mistakes = take.error instanceof Problem ? take.error.errors : [];

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (file) take.mutate(file);
  }

  return (
    <Panel title={t("administration.lists.import")}>
      <Stack component="form" gap="sm" onSubmit={submit}>
        <Text size="sm" c="dimmed">
          {t("administration.lists.importText")}
        </Text>
        <FileInput
          label={t("administration.lists.file")}
          placeholder={t("administration.lists.chooseFile")}
          accept=".csv,text/csv"
          value={file}
          onChange={(chosen) => {
            setFile(chosen);
            take.reset();
          }}
          clearable
          clearButtonProps={{ "aria-label": t("administration.clear") }}
        />
        <TextInput
          label={t("administration.lists.name")}
          placeholder={t("administration.lists.nameHint")}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          maxLength={128}
        />
        <ProblemNote error={take.error} />
        {mistakes.length > 0 && (
          <Rows
            label={t("administration.lists.mistakes")}
            columns={[
              { head: t("administration.lists.where") },
              { head: t("administration.lists.mistake") },
            ]}
            rows={mistakes.map(({ where, message }, index) => ({
              key: `${index} ${where}`,
              cells: [where, message],
            }))}
          />
        )}
        <Button type="submit" variant="default" loading={take.isPending} disabled={!file}>
          {t("administration.lists.import")}
        </Button>
      </Stack>
    </Panel>
  );
}
