import { Checkbox, ScrollArea, Stack, Text, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { Empty } from "../../parts/Empty";
import { StateMark } from "../../parts/StateMark";
import classes from "./CameraChoice.module.css";

const MOST = 100;

/** Cameras to tick, those that are ticked first. */
export function CameraChoice(props: {
  cameras: Camera[];
  chosen: string[];
  onChange: (ids: string[]) => void;
}) {
  const { t } = useTranslation();
  const { cameras, chosen, onChange } = props;
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const found = cameras.filter(({ id, name, spec }) =>
    [id, name, spec.division ?? "", ...(spec.tags ?? [])].some((one) =>
      one.toLowerCase().includes(wanted),
    ),
  );
  if (cameras.length === 0) {
    return (
      <Empty text={t("cameras.empty")}>
        <Link to="/cameras/new">{t("cameras.add")}</Link>
      </Empty>
    );
  }

  return (
    <Stack gap="sm" maw={720}>
      <TextInput
        type="search"
        w={280}
        aria-label={t("deploying.findCamera")}
        placeholder={t("deploying.findCamera")}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      <ScrollArea.Autosize mah={360} type="auto">
        <ul className={classes.list} aria-label={t("cameras.title")}>
          {found.slice(0, MOST).map(({ id, name, spec, status }) => (
            <li key={id}>
              <Checkbox
                label={name}
                checked={chosen.includes(id)}
                onChange={({ currentTarget }) =>
                  onChange(
                    currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id),
                  )
                }
              />
              <span className={classes.where}>{spec.division}</span>
              <StateMark state={status.state} />
            </li>
          ))}
        </ul>
      </ScrollArea.Autosize>
      <Text size="sm" c="dimmed">
        {t("deploying.chosen", { chosen: chosen.length, all: cameras.length })}
        {found.length > MOST && ` · ${t("deploying.more", { count: found.length - MOST })}`}
      </Text>
    </Stack>
  );
}
