import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Page.module.css";

/** A page that is read from top to bottom: a heading, what can be done, the content. */
export function Page(props: { title: ReactNode; actions?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.page}>
      <Group justify="space-between" mb="lg">
        <Title order={1}>{props.title}</Title>
        <Group gap="sm">{props.actions}</Group>
      </Group>
      {props.children}
    </div>
  );
}
