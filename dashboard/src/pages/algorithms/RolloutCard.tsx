import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { agreementQuery, type Rollout, type SeenEvent } from "../../api/rollouts";
import { clock } from "../../i18n/time";
import { useLanguage } from "../../i18n/useLanguage";
import { Facts } from "../../parts/Facts";
import { Interval } from "../../parts/Interval";
import { JobMark } from "../../parts/JobMark";
import { useMay } from "../../parts/useMay";
import { useQueryIfMay } from "../../parts/useQueryIfMay";
import { MoveRollout, type Step } from "./MoveRollout";
import classes from "./RolloutCard.module.css";
import { percent } from "./ScorecardPanel";
import { useNameOfDeployment } from "./useDeploymentName";

const RUNNING = ["shadow", "canary", "live"];
const SHOWN = 6;

/** One rollout: where it is, how it does, and the steps from there. */
export function RolloutCard(props: { rollout: Rollout }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { rollout } = props;
  const { state, figures, history, champion, candidate } = rollout;
  const [step, setStep] = useState<Step>();
  const name = useNameOfDeployment(rollout.deployment_id);
  const may = useMay()("deployments.write");
  const moves = may && RUNNING.includes(state) && rollout.ended_at === null;
  const next = rollout.canary.find((share) => share > rollout.percent) ?? 50;

  return (
    <article className={classes.card} data-rollout={state}>
      <Group justify="space-between" gap="sm">
        <Text fw={600}>{name}</Text>
        <JobMark
          state={state}
          word={
            t(`algorithms.states.${state}`) + (state === "canary" ? ` ${rollout.percent} %` : "")
          }
        />
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {t("algorithms.stage", {
          from: champion,
          to: candidate,
          since: clock(language, rollout.since),
        })}
      </Text>
      {figures && (
        <Facts
          facts={[
            [t("algorithms.events"), figures.events],
            [
              t("algorithms.judged"),
              figures.judged ? (
                <span key="judged">
                  {t("algorithms.ofJudged", figures)}{" "}
                  <Interval
                    value={figures.precision}
                    low={figures.precision_low}
                    high={figures.precision_high}
                  />
                </span>
              ) : (
                t("algorithms.noReviews")
              ),
            ],
            [t("algorithms.pictures"), figures.pictures],
            [t("algorithms.errors"), percent(figures.error_rate)],
            [
              t("algorithms.speed"),
              figures.picture_ms === null
                ? undefined
                : t("algorithms.speedOf", {
                    ms: figures.picture_ms.toFixed(0),
                    champion: figures.champion_ms?.toFixed(0) ?? "–",
                  }),
            ],
          ]}
        />
      )}
      <Agreement rollout={rollout} />
      {moves && (
        <Group gap="sm" mt="sm">
          {state !== "live" && (
            <>
              <Button size="xs" variant="default" onClick={() => setStep({ to: "canary", percent: next })}>
                {t("algorithms.toCanary", { percent: next })}
              </Button>
              <Button size="xs" variant="default" onClick={() => setStep({ to: "live" })}>
                {t("algorithms.toLive")}
              </Button>
            </>
          )}
          <Button size="xs" variant="default" onClick={() => setStep({ to: "rolled_back" })}>
            {t("algorithms.back")}
          </Button>
        </Group>
      )}
      <details className={classes.history}>
        <summary>{t("algorithms.history")}</summary>
        <ol>
          {history.map((past, index) => (
            <li key={index}>
              {clock(language, past.at)} · {t(`algorithms.states.${past.state}`)}
              {past.state === "canary" && ` ${past.percent} %`} · {past.actor}: {past.reason}
            </li>
          ))}
        </ol>
      </details>
      {step && <MoveRollout rollout={rollout} step={step} onClose={() => setStep(undefined)} />}
    </article>
  );
}

function Agreement(props: { rollout: Rollout }) {
  const { t } = useTranslation();
  const agreement = useQueryIfMay("deployments.read", agreementQuery(props.rollout)).data;
  if (!agreement) return null;
  const { both, champion_only, shadow_only, rate } = agreement;
  if (rate === null) {
    return (
      <Text size="sm" mt="sm" c="dimmed">
        {t("algorithms.noAgreement")}
      </Text>
    );
  }
  const parts = [
    { word: "both", n: both },
    { word: "championOnly", n: champion_only },
    { word: "shadowOnly", n: shadow_only },
  ];
  return (
    <div className={classes.agreement}>
      <Text size="sm" fw={600}>
        {t("algorithms.agreement")}
      </Text>
      <Text size="xs" c="dimmed">
        {t("algorithms.agreed", { rate: percent(rate) })}
      </Text>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ word, n }) => (
          <span key={word} data-part={word} style={{ flexGrow: n }} />
        ))}
      </div>
      <div className={classes.parts}>
        {parts.map(({ word, n }) => (
          <span key={word}>
            <i data-part={word} aria-hidden /> {t(`algorithms.${word}`)} <b>{n}</b>
          </span>
        ))}
      </div>
      <Alone word="shadowOnly" seen={agreement.shadow_only_examples} />
      <Alone word="championOnly" seen={agreement.champion_only_examples} />
    </div>
  );
}

/** What one version alone found, newest first, for a person to judge which of the two is right. */
function Alone(props: { word: string; seen: SeenEvent[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const title = t(`algorithms.${props.word}`);
  const may = useMay()("evidence.read");
  const pictures = props.seen.flatMap((event) =>
    may && event.snapshot ? [{ ...event, url: `${event.snapshot}?overlay=true` }] : [],
  );
  if (!pictures.length) return null;
  return (
    <section aria-label={title}>
      <Text size="xs" c="dimmed" mt="sm">
        {title}
      </Text>
      <div className={classes.pictures}>
        {pictures.slice(0, SHOWN).map(({ id, url, opened_at }) => (
          <a key={id} href={url} target="_blank" rel="noreferrer">
            <img src={url} alt={clock(language, opened_at)} loading="lazy" />
          </a>
        ))}
      </div>
    </section>
  );
}
