import { Button, Kbd, SegmentedControl } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Event, evidenceOf } from "../../api/events";
import type { NewReview } from "../../api/reviews";
import { useKeys } from "../../keys/useKeys";
import { EventFacts } from "../../parts/EventFacts";
import { EventPicture } from "../../parts/EventPicture";
import { useMay } from "../../parts/useMay";
import { VerdictMark } from "../../parts/VerdictMark";
import { Clip } from "./Clip";
import { FRAME_S } from "./clipTime";
import classes from "./Desk.module.css";
import { Handled } from "./Handled";
import { IncidentStrip } from "./IncidentStrip";
import type { Given } from "./useVerdicts";
import { VerdictBar } from "./VerdictBar";
import { Why } from "./Why";
import { WorkOrderLink } from "./WorkOrderLink";

/** One event to judge: its picture and clip, the verdicts, why it fired. */
export function Desk(props: {
  event: Event;
  given: Given | undefined;
  onSay: (review: NewReview) => void;
  onUndo: () => void;
  onChoose: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { event, given } = props;
  const video = useRef<HTMLVideoElement>(null);
  const [playsFor, setPlaysFor] = useState<string>();
  const clip = evidenceOf(event, "clip");
  const may = useMay();
  const kept = may("evidence.read") && clip !== undefined && !clip.removed_at;
  const plays = kept && playsFor === event.id;

  function toggle(): void {
    const player = video.current;
    if (!plays || !player) setPlaysFor(event.id);
    else if (player.paused) void player.play();
    else player.pause();
  }
  function step(seconds: number): void {
    const player = video.current;
    if (!plays || !player) return setPlaysFor(event.id);
    player.pause();
    player.currentTime = Math.max(0, player.currentTime + seconds);
  }
  useKeys([
    { press: "Space", word: "review.play", run: toggle },
    { press: ",", word: "review.frameBack", run: () => step(-FRAME_S) },
    { press: ".", word: "review.frameOn", run: () => step(FRAME_S) },
  ]);

  return (
    <div className={classes.desk}>
      <div className={classes.main}>
        {event.evidence_state === "expired" && (
          <p className={classes.note}>⊘ {t("review.expired")}</p>
        )}
        {plays ? (
          <Clip key={event.id} event={event} clip={clip} video={video} />
        ) : (
          <EventPicture event={event} />
        )}
        <div className={classes.actions}>
          <SegmentedControl
            size="xs"
            aria-label={t("review.view")}
            value={plays ? "clip" : "snapshot"}
            onChange={(view) => setPlaysFor(view === "clip" ? event.id : undefined)}
            data={[
              { value: "snapshot", label: t("review.snapshot") },
              { value: "clip", label: clipLabel(), disabled: !kept },
            ]}
          />
          <span className={classes.stands}>
            {event.verdict !== "unreviewed" && <VerdictMark verdict={event.verdict} />}
            {given?.undone && <span>{t("review.undone")}</span>}
          </span>
          {may(event.work_order ? "work_orders.read" : "work_orders.write") && (
            <WorkOrderLink event={event} />
          )}
        </div>
        {may("reviews.write") && (
          <div className={classes.verdicts}>
            <VerdictBar key={event.id} onSay={props.onSay} />
            <Button variant="subtle" rightSection={<Kbd aria-hidden>Z</Kbd>} onClick={props.onUndo}>
              {t("review.undo")}
            </Button>
          </div>
        )}
        {event.incident_id && (
          <IncidentStrip
            incident={event.incident_id}
            chosen={event.id}
            onChoose={props.onChoose}
          />
        )}
      </div>
      <div className={classes.side}>
        {!given && event.verdict !== "unreviewed" && <Handled id={event.id} />}
        <h2>{t("review.why")}</h2>
        <Why event={event} />
        <h2>{t("review.facts")}</h2>
        <EventFacts event={event} />
      </div>
    </div>
  );

  function clipLabel(): string {
    if (kept) return t("review.clip");
    return event.life_cycle === "open" && !clip ? t("review.clipPending") : t("review.clipNone");
  }
}
