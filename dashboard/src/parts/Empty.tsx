import { Center, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Nothing is here: why, and the one thing to do about it. */
export function Empty(props: { text: string; children?: ReactNode }) {
  return (
    <Center mih={160} p="lg">
      <Stack align="center" gap="md" maw={420}>
        <Text c="dimmed" ta="center">
          {props.text}
        </Text>
        {props.children}
      </Stack>
    </Center>
  );
}
