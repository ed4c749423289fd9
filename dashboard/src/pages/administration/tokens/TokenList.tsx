import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { deleteToken, type Token, tokensQuery } from "../../../api/access";
import { clock } from "../../../i18n/time";
import { useLanguage } from "../../../i18n/useLanguage";
import { Empty } from "../../../parts/Empty";
import { Mark } from "../../../parts/Mark";
import { Panel } from "../../../parts/Panel";
import { ProblemNote } from "../../../parts/ProblemNote";
import { Rows } from "../../../parts/Rows";
import { useMay } from "../../../parts/useMay";
import { Waiting } from "../../../parts/Waiting";
import { Confirm } from "../Confirm";
import { GrantsInWords } from "../GrantsInWords";

export function TokenList() {
  const { t } = useTranslation();
  const language = useLanguage();
  const queries = useQueryClient();
  const tokens = useQuery(tokensQuery);
  const [asked, setAsked] = useState<Token>();
  const remove = useMutation({
    mutationFn: (token: Token) => deleteToken(token.id),
    onSuccess: () => setAsked(undefined),
    onSettled: () => queries.invalidateQueries(tokensQuery),
  });
  const when = (at: string | null) => (at ? clock(language, at) : t("administration.users.never"));
  const isOver = (at: string | null) => at !== null && Date.parse(at) < Date.now();
  const may = useMay()("access.write");
  const add = may && (
    <Link to="/administration" search={{ tab: "tokens", open: "new" }}>
      {t("administration.tokens.add")}
    </Link>
  );

  return (
    <Panel title={t("administration.tokens.title")} actions={tokens.data?.length ? add : undefined}>
      <ProblemNote error={tokens.error} onRetry={() => void tokens.refetch()} />
      {tokens.isPending && !tokens.error && <Waiting />}
      {tokens.data?.length === 0 && <Empty text={t("administration.tokens.none")}>{add}</Empty>}
      {tokens.data && tokens.data.length > 0 && (
        <Rows
          label={t("administration.tokens.title")}
          minWidth={720}
          columns={[
            { head: t("administration.tokens.name") },
            { head: t("administration.access.grants") },
            { head: t("administration.tokens.expires"), number: true },
            { head: t("administration.tokens.lastUsed"), number: true },
            { head: "" },
          ]}
          rows={tokens.data.map((token) => ({
            key: token.id,
            cells: [
              token.name,
              <GrantsInWords key="grants" grants={token.grants} />,
              isOver(token.expires_at) ? (
                <Mark key="expires" tone="quiet">
                  {when(token.expires_at)}
                </Mark>
              ) : (
                when(token.expires_at)
              ),
              when(token.last_used_at),
              may && (
                <Button
                  key="delete"
                  size="compact-sm"
                  variant="default"
                  onClick={() => setAsked(token)}
                >
                  {t("administration.tokens.delete")}
                </Button>
              ),
            ],
          }))}
        />
      )}
      {asked && (
        <Confirm
          title={t("administration.tokens.deleteTitle", { name: asked.name })}
          text={t("administration.tokens.deleteText")}
          word={t("administration.tokens.delete")}
          destroys
          busy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(asked)}
          onClose={() => {
            setAsked(undefined);
            remove.reset();
          }}
        />
      )}
    </Panel>
  );
}
