"""Challenges (揭榜挂帅): an owner asks, teams hand in, the best one enters the registry."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Response
from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from scenarios.ladder import PER_DAY, PER_PHASE
from scenarios.scenario import load_catalog
from serving.api.context import Caller, Id, Stored
from serving.api.documents import Document, Moment, Note, Order, Text, Word
from serving.api.idempotency import Made, OnlyOnce
from serving.api.paging import Cursor, Limit, Page, id_cursor, read_id_cursor
from serving.api.problems import FieldError, ProblemError
from serving.store import challenges, evaluation_sets, evaluations
from serving.store.challenges import State
from serving.store.errors import NotFoundError
from serving.store.evaluation_models import Challenge, ChallengeEntry
from serving.store.models import now

router = APIRouter(prefix="/challenges", tags=["algorithms"])


class ChallengeOrder(Order):
    """A challenge to post. It cannot be changed afterwards: teams rely on it."""

    scenario: Word
    title_zh: Text
    title_en: Text
    prize_zh: Note
    prize_en: Note
    metric: Literal["map50", "map50_95", "f1"]
    """`f1`: mean over the classes, at the threshold of the team's manifest."""

    gate: Annotated[float, Field(ge=0, le=1)]
    """What the winner must reach on the sealed set."""

    step: Annotated[float, Field(ge=0.001, le=0.1)] = 0.01
    """The least improvement that is told during the phase, and what scores are rounded to."""

    opens_at: Moment
    closes_at: Moment
    phase_set: Word
    """A hidden evaluation set: submissions are scored on it."""

    final_set: Word
    """Another hidden one, on which nothing was ever measured: scored once, after the close."""

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Self:
        if self.closes_at <= self.opens_at:
            raise ValueError("expected closes_at after opens_at")
        return self


class WinnerDocument(Document):
    """Who won; the version is now its algorithm's `candidate`."""

    team: str
    name: str
    version: str
    final_score: float


class ChallengeDocument(Document):
    """A challenge."""

    id: str
    state: State
    """`announced`, `open`, `closed` (the sealed set is being scored), `decided`."""

    scenario: str
    title_zh: str
    title_en: str
    prize_zh: str
    prize_en: str
    metric: str
    gate: float
    step: float
    opens_at: datetime
    closes_at: datetime
    classes: list[str]
    """What the hidden set labels."""

    submissions_per_day: int
    submissions_per_phase: int
    winner: WinnerDocument | None
    """Null in a decided challenge: nobody reached the gate."""

    created_by: str
    created_at: datetime


class PlaceDocument(Document):
    """A team on the leaderboard."""

    place: int
    team: str
    submissions: int
    shown: float
    """On the hidden set, by the Ladder's steps."""

    final_score: float | None
    """On the sealed set, once the challenge is decided; null also where it could not be scored."""

    at: datetime
    """When the best was handed in."""


class EntryDocument(Document):
    """A submission of yours to a challenge."""

    submission_id: str
    team: str
    name: str
    version: str
    state: Literal["checking", "rejected", "scoring", "scored", "failed"]
    shown: float | None
    """Your best after this submission, by the Ladder: unchanged if this one was no step better."""

    created_at: datetime


@router.post("", status_code=HTTPStatus.CREATED, response_model=ChallengeDocument)
def create_challenge(
    order: ChallengeOrder, store: Stored, caller: Caller, once: OnlyOnce
) -> Response:
    """Post a challenge. Its two sets are its own until it is decided."""

    def make() -> Made:
        phase, final = _sets(session, order)
        fields = order.model_dump(exclude={"phase_set", "final_set"})
        row = Challenge(**fields, phase_set_id=phase, final_set_id=final, created_by=caller.name)
        challenges.add(session, row)
        return _document(session, row), {"Location": f"/api/v1/challenges/{row.id}"}

    with store.write() as session:
        return once.answer(session, HTTPStatus.CREATED, order.model_dump_json(), make)


@router.get("")
def list_challenges(
    store: Stored, cursor: Cursor = None, limit: Limit = 100
) -> Page[ChallengeDocument]:
    """All challenges, newest first."""
    with store.read() as session:
        rows = challenges.page(session, before=read_id_cursor(cursor), limit=limit + 1)
        items = [_document(session, row) for row in rows[:limit]]
    return Page(items=items, next_cursor=id_cursor(items[-1].id) if len(rows) > limit else None)


@router.get("/{challenge_id}")
def get_challenge(challenge_id: Id, store: Stored) -> ChallengeDocument:
    """One challenge."""
    with store.read() as session:
        return _document(session, challenges.get(session, challenge_id))


@router.get("/{challenge_id}/leaderboard")
def get_leaderboard(challenge_id: Id, store: Stored) -> list[PlaceDocument]:
    """Who is how far; the earlier submission is the better of equals."""
    with store.read() as session:
        decided = challenges.get(session, challenge_id).decided_at is not None
        places = challenges.leaderboard(challenges.entries(session, challenge_id), decided)
    return [
        PlaceDocument(
            place=number,
            team=place.team,
            submissions=place.entries,
            shown=place.best.shown or 0.0,
            final_score=place.best.final_score if decided else None,
            at=place.best.created_at,
        )
        for number, place in enumerate(places, start=1)
    ]


@router.get("/{challenge_id}/entries")
def list_entries(challenge_id: Id, store: Stored, caller: Caller) -> list[EntryDocument]:
    """What was handed in with this token, oldest first."""
    with store.read() as session:
        challenges.get(session, challenge_id)
        rows = challenges.entries(session, challenge_id, caller.id)
    return [
        EntryDocument(**{name: getattr(row, name) for name in EntryDocument.model_fields})
        for row in rows
    ]


def _sets(session: Session, order: ChallengeOrder) -> tuple[str, str]:
    """The ids of the two sets, if all that the order names is fit for a challenge."""
    wrong: list[FieldError] = []
    ids: list[str] = []
    if order.scenario not in load_catalog():
        wrong.append(FieldError(where="body.scenario", message="there is no such scenario"))
    for field, name in (("phase_set", order.phase_set), ("final_set", order.final_set)):
        try:
            on = evaluation_sets.get(session, name)
        except NotFoundError as error:
            wrong.append(FieldError(where=f"body.{field}", message=str(error)))
            continue
        ids.append(on.id)
        if not on.hidden:
            told = f"expected a hidden set, {name!r} is open"
        elif challenges.guarding(session, on.id) is not None:
            told = f"{name!r} belongs to another challenge that is not decided"
        elif field == "final_set" and evaluations.any_on(session, on.id):
            told = f"expected a set on which nothing was measured yet, {name!r} is no secret now"
        elif field == "final_set" and name == order.phase_set:
            told = "expected another set than phase_set"
        else:
            continue
        wrong.append(FieldError(where=f"body.{field}", message=told))
    if wrong:
        told = "; ".join(f"{error.where}: {error.message}" for error in wrong)
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=wrong)
    return ids[0], ids[1]


def _document(session: Session, row: Challenge) -> ChallengeDocument:
    winner = session.get(ChallengeEntry, row.winner_id) if row.winner_id else None
    own = set(ChallengeDocument.model_fields) - {
        "state", "classes", "winner", "submissions_per_day", "submissions_per_phase",
    }  # fmt: skip
    return ChallengeDocument(
        **{name: getattr(row, name) for name in own},
        state=challenges.state(row, now()),
        classes=evaluation_sets.by_id(session, row.phase_set_id).classes,
        submissions_per_day=PER_DAY,
        submissions_per_phase=PER_PHASE,
        winner=None
        if winner is None
        else WinnerDocument(
            team=winner.team,
            name=winner.name,
            version=winner.version,
            final_score=winner.final_score or 0.0,
        ),
    )
