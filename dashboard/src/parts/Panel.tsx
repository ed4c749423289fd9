import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Panel.module.css";

/** A part of a page with a heading and what can be done in it. */
export function Panel(props: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.panel} aria-label={props.title}>
      <Group justify="space-between" align="start" gap="sm" mb="sm">
        <Title order={2}>{props.title}</Title>
        <Group gap="sm">{props.actions}</Group>
      </Group>
      {props.children}
    </section>
  );
}
