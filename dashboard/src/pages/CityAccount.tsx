import { Button, Divider } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { enterFromOutside, signInWaysQuery } from "../api/session";
import { ProblemNote } from "../parts/ProblemNote";
import type { Outcome } from "../search";

const ADDRESS = "/api/v1/session/single-sign-on";

/** Signing in with an account of the city, where the platform knows its provider. */
export function CityAccount(props: { outcome: Outcome | undefined; next: string }) {
  const { outcome, next } = props;
  const { t } = useTranslation();
  const router = useRouter();
  const queries = useQueryClient();
  const ways = useQuery(signInWaysQuery);
  const title = ways.data?.single_sign_on;

  useEffect(() => {
    if (outcome !== "done") return;
    // Whoever was here before may have seen other things.
    queries.clear();
    enterFromOutside();
    void router.navigate({ href: next, replace: true });
  }, [outcome, next, queries, router]);

  if (!title) return null;
  return (
    <>
      {outcome && outcome !== "done" && (
        <ProblemNote error={new Error(t(`signIn.outcome.${outcome}`))} />
      )}
      <Divider label={t("signIn.or")} />
      <Button component="a" href={ADDRESS} variant="default">
        {title}
      </Button>
    </>
  );
}
