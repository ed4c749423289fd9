import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Camera } from "../../api/cameras";
import { fitnessQuery } from "../../api/fitness";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import type { Tone } from "../../meaning/tones";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import classes from "./FitnessAdvice.module.css";
import type { DraftSearch } from "./search";

/** Advice may take a look at a camera's pictures: not for hundreds at once. */
const MOST = 12;

const TONES: Record<string, Tone> = {
  fit: "good",
  doubtful: "major",
  unfit: "major",
  check: "notice",
  unknown: "quiet",
};

/** Whether each camera is fit for the scenario, in words. */
export function FitnessAdvice(props: {
  cameras: Camera[];
  scenario: string;
  rule: NonNullable<DraftSearch["rule"]>;
  fps: number | undefined;
}) {
  const { t } = useTranslation();
  const { cameras, ...asked } = props;
  return (
    <Panel title={t("deploying.fitness")}>
      {cameras.slice(0, MOST).map((camera) => (
        <OfCamera key={camera.id} camera={camera} {...asked} />
      ))}
      {cameras.length > MOST && (
        <Text size="sm" c="dimmed">
          {t("deploying.firstOnly", { count: MOST })}
        </Text>
      )}
    </Panel>
  );
}

function OfCamera(props: {
  camera: Camera;
  scenario: string;
  rule: NonNullable<DraftSearch["rule"]>;
  fps: number | undefined;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { camera, scenario, rule, fps } = props;
  const fitness = useQuery(fitnessQuery(camera.id, { scenario, rule, fps: fps ?? null }));
  const told = fitness.data?.findings.filter(({ verdict }) => verdict !== "fit") ?? [];

  return (
    <section className={classes.camera} aria-label={camera.name}>
      <h3>
        {camera.name}
        {fitness.data && (
          <Mark tone={TONES[fitness.data.verdict] ?? "quiet"}>
            {t(`deploying.verdict.${fitness.data.verdict}`, fitness.data.verdict)}
          </Mark>
        )}
      </h3>
      {fitness.isFetching && !fitness.data && (
        <Text size="sm" c="dimmed">
          {t("deploying.looking")}
        </Text>
      )}
      <ProblemNote error={fitness.error} />
      <ul>
        {told.map(({ about, verdict, zh, en }) => (
          <li key={`${about} ${en}`}>
            <Mark tone={TONES[verdict] ?? "quiet"}>{t(`deploying.about_.${about}`, about)}</Mark>{" "}
            {inLanguage(language, zh, en)}
          </li>
        ))}
      </ul>
    </section>
  );
}
