import { Button, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { signIn } from "../api/session";
import { ProblemNote } from "../parts/ProblemNote";
import { LanguageSwitch } from "../shell/LanguageSwitch";
import classes from "./SignIn.module.css";

export function SignIn() {
  const { t } = useTranslation();
  const router = useRouter();
  const { next = "/" } = useSearch({ from: "/sign-in" });
  const [token, setToken] = useState("");
  const enter = useMutation({
    mutationFn: () => signIn(token.trim()),
    onSuccess: () => router.navigate({ href: next, replace: true }),
  });

  function submit(event: FormEvent): void {
    event.preventDefault();
    enter.mutate();
  }

  return (
    <div className={classes.page}>
      <Paper component="form" className={classes.card} onSubmit={submit}>
        <Stack gap="lg">
          <div className={classes.brand}>
            <img src="/longan.svg" alt="" width={32} height={32} />
            <Title order={1}>Longan</Title>
            <LanguageSwitch />
          </div>
          <Text size="sm" c="dimmed">
            {t("signIn.lead")}
          </Text>
          <PasswordInput
            label={t("signIn.token")}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="current-password"
            autoFocus
            required
            withAsterisk={false}
          />
          <ProblemNote error={enter.error} />
          <Button type="submit" loading={enter.isPending}>
            {t("signIn.submit")}
          </Button>
        </Stack>
      </Paper>
    </div>
  );
}
