import {
  Button,
  Paper,
  PasswordInput,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { rememberedWay, type SignInWay, signIn } from "../api/session";
import { ProblemNote } from "../parts/ProblemNote";
import { LanguageSwitch } from "../shell/LanguageSwitch";
import { CityAccount } from "./CityAccount";
import classes from "./SignIn.module.css";

const WAYS: SignInWay[] = ["password", "token"];

/** People have a name and a password; the first one of all has only the admin token. */
export function SignIn() {
  const { t } = useTranslation();
  const router = useRouter();
  const queries = useQueryClient();
  const { next = "/", single } = useSearch({ from: "/sign-in" });
  const [way, setWay] = useState(rememberedWay);
  const [name, setName] = useState("");
  const [secret, setSecret] = useState("");
  const enter = useMutation({
    mutationFn: () =>
      signIn(
        way === "token" ? { token: secret.trim() } : { name: name.trim(), password: secret },
      ),
    onSuccess: async () => {
      // Whoever was here before may have seen other things.
      queries.clear();
      await router.navigate({ href: next, replace: true });
    },
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
          <SegmentedControl
            aria-label={t("signIn.title")}
            data={WAYS.map((value) => ({ value, label: t(`signIn.way.${value}`) }))}
            value={way}
            onChange={(value) => {
              setWay(value);
              setSecret("");
              enter.reset();
            }}
          />
          {way === "token" ? (
            <>
              <Text size="sm" c="dimmed">
                {t("signIn.lead")}
              </Text>
              {/* Keepers of passwords keep each under a name. */}
              <input hidden readOnly name="username" autoComplete="username" value="token" />
            </>
          ) : (
            <TextInput
              name="username"
              label={t("signIn.name")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
              required
              withAsterisk={false}
            />
          )}
          <PasswordInput
            key={way}
            name="password"
            label={t(`signIn.${way}`)}
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            autoComplete="current-password"
            autoFocus={way === "token"}
            required
            withAsterisk={false}
          />
          <ProblemNote error={enter.error} />
          <Button type="submit" loading={enter.isPending}>
            {t("signIn.submit")}
          </Button>
          <CityAccount outcome={single} next={next} />
        </Stack>
      </Paper>
    </div>
  );
}
