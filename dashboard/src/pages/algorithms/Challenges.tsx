import { Button, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Challenge, challengesQuery } from "../../api/challenges";
import { clock } from "../../i18n/time";
import { inLanguage, useLanguage } from "../../i18n/useLanguage";
import { Empty } from "../../parts/Empty";
import { Facts } from "../../parts/Facts";
import { JobMark } from "../../parts/JobMark";
import { Panel } from "../../parts/Panel";
import { ProblemNote } from "../../parts/ProblemNote";
import { Waiting } from "../../parts/Waiting";
import { Leaderboard } from "./Leaderboard";

/** @param props.open Id of the challenge whose leaderboard is shown. */
export function Challenges(props: { open?: string }) {
  const { t } = useTranslation();
  const challenges = useQuery(challengesQuery);
  return (
    <Stack gap="sm">
      <ProblemNote error={challenges.error} onRetry={() => void challenges.refetch()} />
      {challenges.isPending && !challenges.error && <Waiting />}
      {challenges.data?.length === 0 && <Empty text={t("algorithms.noChallengeYet")} />}
      {challenges.data?.map((challenge) => (
        <OneChallenge
          key={challenge.id}
          challenge={challenge}
          open={props.open === challenge.id}
        />
      ))}
    </Stack>
  );
}

function OneChallenge(props: { challenge: Challenge; open: boolean }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate({ from: "/algorithms" });
  const { challenge, open } = props;
  const { state, winner } = challenge;
  const won = winner
    ? t("algorithms.winnerOf", { team: winner.team, score: winner.final_score.toFixed(3) })
    : t("algorithms.nobody");

  return (
    <Panel
      title={inLanguage(language, challenge.title_zh, challenge.title_en)}
      actions={
        <>
          <JobMark state={state} word={t(`algorithms.states.${state}`)} />
          <Button
            size="compact-sm"
            variant="default"
            aria-expanded={open}
            onClick={() =>
              void navigate({
                search: { tab: "challenges", challenge: open ? undefined : challenge.id },
              })
            }
          >
            {t(open ? "algorithms.hideBoard" : "algorithms.showBoard")}
          </Button>
        </>
      }
    >
      <Facts
        facts={[
          [
            t("algorithms.prize"),
            inLanguage(language, challenge.prize_zh, challenge.prize_en),
          ],
          [
            t("algorithms.gate"),
            t("algorithms.gateOf", { metric: challenge.metric, gate: challenge.gate }),
          ],
          [
            t("algorithms.limits"),
            t("algorithms.limitsOf", {
              day: challenge.submissions_per_day,
              phase: challenge.submissions_per_phase,
            }),
          ],
          [t("algorithms.opens"), clock(language, challenge.opens_at)],
          [t("algorithms.closes"), clock(language, challenge.closes_at)],
          [t("algorithms.winner"), state === "decided" ? won : undefined],
        ]}
      />
      {open && (
        <>
          <Text fw={600} mt="md">
            {t("algorithms.leaderboard")}
          </Text>
          <Leaderboard challenge={challenge} />
        </>
      )}
    </Panel>
  );
}
