import { Text } from "@mantine/core";

/** What is wrong with a field that has no control of its own to say it. */
export function Wrong(props: { message: string | undefined }) {
  if (!props.message) return null;
  return (
    <Text size="sm" fw={600} c="var(--major)" role="alert" style={{ overflowWrap: "anywhere" }}>
      <span aria-hidden>◆</span> {props.message}
    </Text>
  );
}
