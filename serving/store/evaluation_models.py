"""The tables of measuring models: on what, how well, and who was best.

evaluation_set ──< evaluation         a version measured on a set, as a job; its scorecard
challenge ──< challenge_entry         what teams handed in, and what they may know of its score
challenge_entry ──< evaluation        on the hidden set, and once on the sealed one
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class EvaluationSet(Base):
    """Labelled pictures, and clips of which somebody knows what happens in them."""

    __tablename__ = "evaluation_set"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(128))
    folder: Mapped[str] = mapped_column(Text)
    """Below the platform's folder of data sets; of a COCO set, the file."""
    split: Mapped[str] = mapped_column(String(32))
    licence: Mapped[str] = mapped_column(String(128))
    hidden: Mapped[bool] = mapped_column(default=False)
    """Nothing but aggregates over the whole set ever leaves."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    """`algorithms.dataset.fingerprint` when it was registered: a set never changes."""
    pictures: Mapped[int]
    classes: Mapped[list[str]]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Evaluation(Base):
    """A version measured on a set."""

    __tablename__ = "evaluation"
    __table_args__ = (Index("ix_evaluation_name_version", "name", "version"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    set_id: Mapped[str] = mapped_column(ForeignKey("evaluation_set.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16), default="scorecard")
    """`scorecard`; of an entry: `phase` (the hidden set) or `final` (the sealed one)."""
    entry_id: Mapped[str | None] = mapped_column(String(26), index=True)
    budget: Mapped[dict[str, Any] | None]
    """`scenarios.scorecard.Budget`."""
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    """`queued` → `running` → `done` | `failed`; a restart makes a running one queued again."""
    progress: Mapped[float] = mapped_column(default=0.0)
    """0–1."""
    message: Mapped[str | None] = mapped_column(Text)
    """Why it failed."""
    scorecard: Mapped[dict[str, Any] | None]
    """`scenarios.scorecard.Scorecard`."""
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class Challenge(Base):
    """A call for algorithms (揭榜挂帅). Its state follows from the clock and from its winner."""

    __tablename__ = "challenge"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    scenario: Mapped[str] = mapped_column(String(64))
    title_zh: Mapped[str] = mapped_column(String(128))
    title_en: Mapped[str] = mapped_column(String(128))
    prize_zh: Mapped[str] = mapped_column(Text)
    prize_en: Mapped[str] = mapped_column(Text)
    metric: Mapped[str] = mapped_column(String(16))
    """A key of `scenarios.scorecard.METRICS`."""
    gate: Mapped[float]
    """What the winner must reach on the sealed set."""
    step: Mapped[float]
    """Of the Ladder: the least improvement that is told."""
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    phase_set_id: Mapped[str] = mapped_column(ForeignKey("evaluation_set.id"))
    final_set_id: Mapped[str] = mapped_column(ForeignKey("evaluation_set.id"))
    sealed_at: Mapped[datetime | None]
    """When the scoring on the sealed set was ordered, once."""
    decided_at: Mapped[datetime | None]
    winner_id: Mapped[str | None] = mapped_column(String(26))
    """The entry; None after the decision: nobody reached the gate."""
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ChallengeEntry(Base):
    """A submission to a challenge."""

    __tablename__ = "challenge_entry"
    __table_args__ = (Index("ix_challenge_entry_challenge_id_account", "challenge_id", "account"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenge.id"))
    submission_id: Mapped[str] = mapped_column(String(26), unique=True)
    account: Mapped[str] = mapped_column(String(26))
    """Id of the token it came with: whose limits count. A name is easily changed, a token not."""
    team: Mapped[str] = mapped_column(String(128))
    """As its manifest says."""
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="checking")
    """`checking` → `rejected` | `scoring` → `scored` | `failed`."""
    score: Mapped[float | None]
    """On the hidden set. Never leaves the store; `shown` does."""
    shown: Mapped[float | None]
    """What the Ladder told the team after this entry."""
    final_score: Mapped[float | None]
    """On the sealed set."""
    created_at: Mapped[datetime] = mapped_column(default=now)
