import { Button, Group, Kbd } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useKeys } from "../../keys/useKeys";
import { Mark } from "../../parts/Mark";
import classes from "./SaveBar.module.css";

/** The last thing in a form: says that something is not saved, and saves it. */
export function SaveBar(props: { dirty: boolean; busy: boolean; onDiscard: () => void }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLDivElement>(null);
  const { dirty, busy, onDiscard } = props;
  useKeys([
    {
      press: "Ctrl+S",
      word: "administration.save",
      run: () => dirty && !busy && bar.current?.closest("form")?.requestSubmit(),
    },
  ]);
  useBlocker({
    shouldBlockFn: () => dirty && !window.confirm(t("administration.leave")),
    enableBeforeUnload: dirty,
  });

  return (
    <div ref={bar} className={classes.bar} data-dirty={dirty}>
      <Mark tone={dirty ? "notice" : "quiet"}>
        {t(`administration.${dirty ? "unsaved" : "nothingUnsaved"}`)}
      </Mark>
      <Group gap="sm">
        <Button variant="default" disabled={!dirty} onClick={onDiscard}>
          {t("administration.discard")}
        </Button>
        <Button type="submit" loading={busy} disabled={!dirty} rightSection={<Kbd>Ctrl S</Kbd>}>
          {t("administration.save")}
        </Button>
      </Group>
    </div>
  );
}
