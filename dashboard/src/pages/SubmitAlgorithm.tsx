import { Button, FileInput, Group, Progress, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { challengesQuery } from "../api/challenges";
import { type HandedIn, submit } from "../api/submissions";
import { inLanguage, useLanguage } from "../i18n/useLanguage";
import { Panel } from "../parts/Panel";
import { percent } from "../parts/percent";
import { ProblemNote } from "../parts/ProblemNote";
import { Page } from "../shell/Page";
import { SubmissionFate } from "./algorithms/SubmissionFate";
import "./algorithms/words";

/** Hand in a model: the files, how far they are sent, and what the check says. */
export function SubmitAlgorithm() {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const [model, setModel] = useState<File | null>(null);
  const [manifest, setManifest] = useState<File | null>(null);
  const [reference, setReference] = useState<File | null>(null);
  const [challenge, setChallenge] = useState<string | null>(null);
  const [sent, setSent] = useState(0);
  const abort = useRef<AbortController>(null);
  const open = (useQuery(challengesQuery).data ?? []).filter(({ state }) => state === "open");
  const handIn = useMutation({
    mutationFn: (files: HandedIn) => {
      setSent(0);
      abort.current = new AbortController();
      return submit(files, setSent, abort.current.signal);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["submissions"] }),
  });
  const aborted = handIn.error?.name === "AbortError";

  function onSubmit(event: FormEvent): void {
    event.preventDefault();
    if (!model) return;
    handIn.mutate({
      model,
      manifest: manifest ?? undefined,
      reference: reference ?? undefined,
      challenge: challenge ?? undefined,
    });
  }

  return (
    <Page title={t("algorithms.submit")}>
      {handIn.data ? (
        <SubmissionFate id={handIn.data.id} onAgain={() => handIn.reset()} />
      ) : (
        <Panel title={t("algorithms.model")}>
          <Stack component="form" gap="md" maw={560} onSubmit={onSubmit}>
            <FileInput
              label={t("algorithms.model")}
              placeholder={t("algorithms.choose")}
              accept=".onnx"
              value={model}
              onChange={setModel}
              required
            />
            <FileInput
              label={t("algorithms.manifest")}
              description={t("algorithms.manifestHint")}
              placeholder={t("algorithms.choose")}
              accept=".yaml,.yml"
              value={manifest}
              onChange={setManifest}
              clearable
            />
            <FileInput
              label={t("algorithms.reference")}
              description={t("algorithms.referenceHint")}
              placeholder={t("algorithms.choose")}
              accept=".npz"
              value={reference}
              onChange={setReference}
              clearable
            />
            {open.length > 0 && (
              <Select
                label={t("algorithms.challenge")}
                placeholder={t("algorithms.noChallenge")}
                data={open.map(({ id, title_zh, title_en }) => ({
                  value: id,
                  label: inLanguage(language, title_zh, title_en),
                }))}
                value={challenge}
                onChange={setChallenge}
                clearable
              />
            )}
            <ProblemNote error={aborted ? null : handIn.error} />
            {handIn.isPending ? (
              <div>
                <Progress value={sent * 100} aria-label={t("algorithms.send")} />
                <Group justify="space-between" mt={4}>
                  <Text size="sm">{t("algorithms.sending", { percent: percent(sent) })}</Text>
                  <Button size="compact-sm" variant="subtle" onClick={() => abort.current?.abort()}>
                    {t("algorithms.stop")}
                  </Button>
                </Group>
              </div>
            ) : (
              <Button type="submit" w="fit-content" disabled={!model}>
                {t("algorithms.send")}
              </Button>
            )}
          </Stack>
        </Panel>
      )}
    </Page>
  );
}
