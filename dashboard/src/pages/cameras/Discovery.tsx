import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type Discovered, discoverCameras } from "../../api/cameraDiscoveries";
import { Mark } from "../../parts/Mark";
import { ProblemNote } from "../../parts/ProblemNote";

/** Cameras that answer on the network; choosing one fills in its host. */
export function Discovery(props: { onChoose: (device: Discovered) => void }) {
  const { t } = useTranslation();
  const ask = useMutation({ mutationFn: discoverCameras });
  return (
    <Stack gap="xs">
      <Button
        variant="subtle"
        w="fit-content"
        px={0}
        loading={ask.isPending}
        onClick={() => ask.mutate()}
      >
        {t("cameraPages.discover")}
      </Button>
      <ProblemNote error={ask.error} />
      {ask.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("cameraPages.nobodyThere")}
        </Text>
      )}
      {ask.data && ask.data.length > 0 && (
        <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: "none" }}>
          {ask.data.map((device) => (
            <Group component="li" key={device.host} justify="space-between" wrap="nowrap">
              <Text size="sm">
                <b>{device.host}</b>{" "}
                {[device.name, device.hardware].filter(Boolean).join(" · ")}
              </Text>
              {device.camera_ids.length > 0 ? (
                <Mark tone="quiet">{t("cameraPages.isHere")}</Mark>
              ) : (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={t("cameraPages.chooseHost", { host: device.host })}
                  onClick={() => props.onChoose(device)}
                >
                  {t("cameraPages.choose")}
                </Button>
              )}
            </Group>
          ))}
        </Stack>
      )}
    </Stack>
  );
}
