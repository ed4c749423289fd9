"""Challenges (揭榜挂帅): who handed in what, what each team may know, and who won.

announced → open → closed (the sealed set is being scored) → decided
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from scenarios.ladder import release, why_not
from scenarios.scorecard import METRICS, Scorecard
from serving.store import algorithms, evaluations
from serving.store.errors import ConflictError, NotFoundError
from serving.store.evaluation_models import Challenge, ChallengeEntry, Evaluation
from serving.store.models import Submission

CANDIDATE = "candidate"
"""The alias the winner gets."""

State = Literal["announced", "open", "closed", "decided"]


@dataclass(frozen=True, slots=True)
class Place:
    """A team on the leaderboard."""

    team: str
    account: str
    entries: int
    best: ChallengeEntry
    """The entry that reached what is shown; the first of equals."""


def add(session: Session, challenge: Challenge) -> Challenge:
    session.add(challenge)
    session.flush()
    return challenge


def get(session: Session, challenge_id: str) -> Challenge:
    """One challenge; raises NotFoundError."""
    challenge = session.get(Challenge, challenge_id)
    if challenge is None:
        raise NotFoundError(
            f"there is no challenge {challenge_id!r}; GET /api/v1/challenges lists them"
        )
    return challenge


def page(session: Session, *, before: str | None, limit: int) -> list[Challenge]:
    """The next challenges by id, newest first."""
    query = select(Challenge).order_by(Challenge.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(Challenge.id < before)))


def state(challenge: Challenge, at: datetime) -> State:
    """What a challenge is at a time."""
    if challenge.decided_at is not None:
        return "decided"
    if at < challenge.opens_at:
        return "announced"
    return "open" if at < challenge.closes_at else "closed"


def guarding(session: Session, set_id: str) -> Challenge | None:
    """An undecided challenge that scores on this set, so that nothing else may."""
    query = select(Challenge).where(
        Challenge.decided_at.is_(None),
        or_(Challenge.phase_set_id == set_id, Challenge.final_set_id == set_id),
    )
    return session.scalars(query).first()


def entries(
    session: Session, challenge_id: str, account: str | None = None
) -> list[ChallengeEntry]:
    """All entries, or those of one account, oldest first."""
    query = select(ChallengeEntry).where(ChallengeEntry.challenge_id == challenge_id)
    if account is not None:
        query = query.where(ChallengeEntry.account == account)
    return list(session.scalars(query.order_by(ChallengeEntry.id)))


def enter(
    session: Session,
    challenge_id: str,
    submission: Submission,
    account: str,
    at: datetime,
    zone: tzinfo,
) -> ChallengeEntry:
    """Hand in a submission to a challenge.

    Raises:
        NotFoundError: No such challenge.
        ConflictError: It is not open, or the team has handed in too often.
    """
    get(session, challenge_id)
    # Locked, so that two at once do not both count as the last one allowed.
    challenge = session.get_one(Challenge, challenge_id, with_for_update=True)
    if (now_is := state(challenge, at)) != "open":
        raise ConflictError(
            f"this challenge is {now_is}; it takes submissions from "
            f"{challenge.opens_at.isoformat()} to {challenge.closes_at.isoformat()}"
        )
    # What the check refused was never scored and told nobody anything.
    counted = [e for e in entries(session, challenge_id, account) if e.state != "rejected"]
    if (told := why_not([entry.created_at for entry in counted], at, zone)) is not None:
        raise ConflictError(told)
    entry = ChallengeEntry(
        challenge_id=challenge_id,
        submission_id=submission.id,
        account=account,
        team=str(submission.manifest["team"]),
        name=submission.name,
        version=submission.version,
        created_at=at,
    )
    session.add(entry)
    session.flush()
    return entry


def follow_submission(session: Session, submission: Submission) -> None:
    """An entry whose submission was decided is scored on the hidden set, or is out."""
    entry = session.scalar(
        select(ChallengeEntry).where(ChallengeEntry.submission_id == submission.id)
    )
    if entry is None or entry.state != "checking" or submission.state == "checking":
        return
    if submission.state != "accepted":
        entry.state = "rejected"
    else:
        entry.state = "scoring"
        challenge = get(session, entry.challenge_id)
        _order(session, entry, challenge.phase_set_id, "phase")
    session.flush()


def follow_evaluation(session: Session, evaluation: Evaluation) -> None:
    """An evaluation that a challenge ordered has ended: note the score, and tell what may be."""
    if evaluation.entry_id is None or evaluation.state not in ("done", "failed"):
        return
    entry = session.get_one(ChallengeEntry, evaluation.entry_id)
    challenge = get(session, entry.challenge_id)
    score = None
    if evaluation.scorecard is not None:
        score = METRICS[challenge.metric](Scorecard.model_validate(evaluation.scorecard))
    if evaluation.purpose == "final":
        entry.final_score = score
    elif entry.state != "scoring":
        return
    elif score is None:
        entry.state = "failed"
    else:
        before = _shown(entries(session, challenge.id, entry.account))
        entry.state, entry.score = "scored", score
        entry.shown = release(score, before, challenge.step)
    session.flush()


def settle(session: Session, at: datetime) -> None:
    """What is due: score the best of each team on the sealed set, once; then name the winner."""
    query = select(Challenge).where(Challenge.decided_at.is_(None), Challenge.closes_at <= at)
    for challenge in session.scalars(query.with_for_update()):
        all_of_them = entries(session, challenge.id)
        if any(entry.state in ("checking", "scoring") for entry in all_of_them):
            continue
        finalists = [place.best for place in leaderboard(all_of_them)]
        if challenge.sealed_at is None:
            challenge.sealed_at = at
            for entry in finalists:
                _order(session, entry, challenge.final_set_id, "final")
        ordered = [evaluations.of_entry(session, entry.id, "final") for entry in finalists]
        if all(row is not None and row.state in ("done", "failed") for row in ordered):
            _decide(session, challenge, finalists, at)
    session.flush()


def leaderboard(all_of_them: Sequence[ChallengeEntry], decided: bool = False) -> list[Place]:
    """Teams by what is shown, or by the final score; the earlier of equals comes first."""
    accounts = dict.fromkeys(entry.account for entry in all_of_them)
    places: list[Place] = []
    for account in accounts:
        own = [entry for entry in all_of_them if entry.account == account]
        shown = [entry for entry in own if entry.shown is not None]
        if shown:
            best = max(shown, key=lambda entry: entry.shown or 0.0)
            places.append(Place(best.team, account, len(own), best))
    return sorted(places, key=lambda place: _rank(place.best, decided))


def _rank(entry: ChallengeEntry, decided: bool) -> tuple[float, float, str]:
    final = -1.0 if entry.final_score is None or not decided else entry.final_score
    return -final, -(entry.shown or 0.0), entry.id


def _decide(
    session: Session, challenge: Challenge, finalists: Sequence[ChallengeEntry], at: datetime
) -> None:
    reached = [
        e for e in finalists if e.final_score is not None and e.final_score >= challenge.gate
    ]
    challenge.decided_at = at
    if reached:
        winner = min(reached, key=lambda entry: _rank(entry, decided=True))
        challenge.winner_id = winner.id
        algorithms.set_alias(session, winner.name, CANDIDATE, winner.version)


def _order(session: Session, entry: ChallengeEntry, set_id: str, purpose: str) -> None:
    row = Evaluation(
        name=entry.name,
        version=entry.version,
        set_id=set_id,
        purpose=purpose,
        entry_id=entry.id,
        created_by="platform",
    )
    evaluations.add(session, row)


def _shown(own: Sequence[ChallengeEntry]) -> float | None:
    return max((entry.shown for entry in own if entry.shown is not None), default=None)
