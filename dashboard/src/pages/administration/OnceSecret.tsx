import { Button, Group, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import classes from "./OnceSecret.module.css";

/** A secret that the platform tells this once. */
export function OnceSecret(props: { label: string; secret: string; onDone: () => void }) {
  const { t } = useTranslation();
  const clipboard = useClipboard();
  // Pages that came by plain HTTP under a host name have no clipboard.
  const canCopy = window.isSecureContext;
  return (
    <div className={classes.secret} role="alert">
      <TextInput
        label={props.label}
        description={t("administration.once")}
        value={props.secret}
        onFocus={({ currentTarget }) => currentTarget.select()}
        readOnly
        data-autofocus
      />
      <Group gap="sm">
        {canCopy && (
          <Button variant="default" onClick={() => clipboard.copy(props.secret)}>
            {t(`administration.${clipboard.copied ? "copied" : "copy"}`)}
          </Button>
        )}
        <Button variant="default" onClick={props.onDone}>
          {t("administration.kept")}
        </Button>
      </Group>
    </div>
  );
}
