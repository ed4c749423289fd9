import { Stack } from "@mantine/core";
import { Nodes } from "./Nodes";
import { Standing } from "./Standing";

/** How the platform is: whether it can work, what it runs on, what it carries. */
export function SystemState() {
  return (
    <Stack gap="md">
      <Standing />
      <Nodes />
    </Stack>
  );
}
