import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PasswordDialog } from "./PasswordDialog";

/** Says who is signed in; pressed, it asks for a new password. */
export function OwnPassword(props: { name: string }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        c="dimmed"
        fw={400}
        maw={120}
        title={t("password.title")}
        onClick={() => setOpened(true)}
      >
        {props.name}
      </Button>
      {opened && <PasswordDialog name={props.name} onClose={() => setOpened(false)} />}
    </>
  );
}
