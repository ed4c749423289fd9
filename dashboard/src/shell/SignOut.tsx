import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { signOut } from "../api/session";

export function SignOut() {
  const { t } = useTranslation();
  const router = useRouter();
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: signOut,
    onSettled: async () => {
      queries.clear();
      await router.navigate({ to: "/sign-in" });
    },
  });
  return (
    <Button size="compact-sm" variant="subtle" c="dimmed" fw={400} onClick={() => leave.mutate()}>
      {t("shell.signOut")}
    </Button>
  );
}
