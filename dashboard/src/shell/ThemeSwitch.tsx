import { Button, useMantineColorScheme } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function ThemeSwitch() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const other = colorScheme === "light" ? "dark" : "light";
  return (
    <Button size="compact-sm" variant="subtle" c="dimmed" fw={400} onClick={() => setColorScheme(other)}>
      {t(`shell.${other}`)}
    </Button>
  );
}
