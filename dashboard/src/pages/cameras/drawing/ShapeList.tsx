import { ActionIcon, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { badNames, describe, removeShape } from "./drawing";
import type { Drawn } from "./shapes";
import type { Desk } from "./useDrawing";

/** Everything drawn, by name. */
export function ShapeList(props: { desk: Desk }) {
  const { t } = useTranslation();
  const { desk } = props;
  const bad = badNames(desk.now);
  if (desk.now.shapes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("cameraPages.nothingDrawn")}
      </Text>
    );
  }
  return (
    <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
      {desk.now.shapes.map((shape) => (
        <Entry key={shape.key} desk={desk} shape={shape} bad={bad.has(shape.name.trim())} />
      ))}
    </Stack>
  );
}

function Entry(props: { desk: Desk; shape: Drawn; bad: boolean }) {
  const { t } = useTranslation();
  const { desk, shape, bad } = props;
  const { key, name, kind } = shape;
  const change = (more: Partial<Drawn>) => desk.act(describe(desk.now, key, more));
  return (
    <Group component="li" gap="xs" wrap="nowrap" align="start">
      <TextInput
        style={{ flex: 1 }}
        aria-label={t("cameraPages.nameOf", { name })}
        value={name}
        maxLength={64}
        error={bad && t("cameraPages.badName")}
        onFocus={() => desk.choose(key)}
        onChange={({ currentTarget }) => change({ name: currentTarget.value })}
      />
      {kind === "include" || kind === "exclude" ? (
        <Select
          w={110}
          aria-label={t("cameraPages.kindOf", { name })}
          data={(["include", "exclude"] as const).map((value) => ({
            value,
            label: t(`cameraPages.kind.${value}`),
          }))}
          value={kind}
          onChange={(value) => change({ kind: value ?? kind })}
          allowDeselect={false}
        />
      ) : (
        <Text w={110} size="sm" c="dimmed" mt={7} px="sm">
          {t(`cameraPages.kind.${kind}`)}
        </Text>
      )}
      <ActionIcon
        variant="subtle"
        size={36}
        aria-label={t("cameraPages.removeShape", { name })}
        onClick={() => desk.act(removeShape(desk.now, key))}
      >
        ✕
      </ActionIcon>
    </Group>
  );
}
