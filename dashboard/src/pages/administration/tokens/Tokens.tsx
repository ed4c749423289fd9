import { Stack } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NewToken } from "../../../api/access";
import { Panel } from "../../../parts/Panel";
import { Back } from "../Back";
import { OnceSecret } from "../OnceSecret";
import { NewTokenForm } from "./NewTokenForm";
import { TokenList } from "./TokenList";

/** How programs ask: all tokens, or a new one. */
export function Tokens() {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/administration" });
  const { open } = useSearch({ from: "/inside/administration" });
  const [made, setMade] = useState<NewToken>();

  function show(token: NewToken): void {
    setMade(token);
    void navigate({ search: { tab: "tokens" }, ignoreBlocker: true });
  }

  if (open === "new") {
    return (
      <>
        <Back tab="tokens" word={t("administration.tokens.all")} />
        <Panel title={t("administration.tokens.new")}>
          <NewTokenForm onMade={show} />
        </Panel>
      </>
    );
  }
  return (
    <Stack gap="sm">
      {made && (
        <OnceSecret
          label={t("administration.tokens.secretOf", { name: made.name })}
          secret={made.secret}
          onDone={() => setMade(undefined)}
        />
      )}
      <TokenList />
    </Stack>
  );
}
