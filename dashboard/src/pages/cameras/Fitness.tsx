import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { CameraDetail } from "../../api/cameras";
import { scenariosQuery } from "../../api/scenarios";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import type { Tone } from "../../meaning/tones";
import { Mark } from "../../parts/Mark";

type Verdict = CameraDetail["fitness"][number]["verdict"];

const TONES: Record<Verdict, Tone> = {
  fit: "good",
  check: "notice",
  unknown: "unsure",
  doubtful: "major",
  unfit: "critical",
};

/** Whether the camera is fit for what looks through it, and what to do where it is not. */
export function Fitness(props: { camera: CameraDetail }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const scenarios = useQuery(scenariosQuery).data;
  const { fitness } = props.camera;
  if (fitness.length === 0) return null;
  return (
    <section aria-label={t("cameraPages.fitness")}>
      <Title order={2} mb="sm">
        {t("cameraPages.fitness")}
      </Title>
      <Stack gap="md">
        {fitness.map(({ deployment_id, scenario, verdict, findings }) => {
          const known = scenarios?.find(({ id }) => id === scenario);
          return (
            <div key={deployment_id}>
              <Mark tone={TONES[verdict]}>{t(`cameraPages.verdict.${verdict}`)}</Mark>{" "}
              <Text span size="sm" fw={600}>
                {known ? inLanguage(language, known.title_zh, known.title_en) : scenario}
              </Text>
              {findings
                .filter((finding) => finding.verdict !== "fit")
                .map((finding) => (
                  <Text key={`${finding.about} ${finding.en}`} size="sm" c="dimmed">
                    {inLanguage(language, finding.zh, finding.en)}
                  </Text>
                ))}
            </div>
          );
        })}
      </Stack>
    </section>
  );
}
