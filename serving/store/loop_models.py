"""The tables of what follows an event, until the camera is told better.

event ──< review                      verdicts, append-only; the newest of the last look counts
mute                                  a spot whose false alarms are known
responsibility_list                   who answers for what; immutable versions, one of them current
report                                what other channels of the city brought in
event | report ── work_order ──< work_order_step
incident ──< event                    the same matter seen again; has one open work order
storm ── event                        what came too fast, and the event that summarises it
observation                           counts that the pipelines keep: the denominators of KPIs
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from serving.store.models import Base, new_id, now


class Review(Base):
    """What a person said about an event. Never changed: a correction is another row."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_verdict_event_id", "verdict", "event_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    look: Mapped[int]
    """1: the first reviewer's, 2: the second's …; a reviewer's corrections stay in one look."""
    sampled: Mapped[bool]
    """Whether chance chose the event for a second look."""
    verdict: Mapped[str] = mapped_column(String(16))
    """`confirmed`, `false_alarm`, `duplicate_of` or `unsure`."""
    reason: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(Text)
    duplicate_of: Mapped[str | None] = mapped_column(String(26))
    reviewer_id: Mapped[str] = mapped_column(String(26))
    reviewer: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Mute(Base):
    """A spot that raises no events for a while, because what is there is known."""

    __tablename__ = "mute"
    __table_args__ = (Index("ix_mute_deployment_id_camera_id", "deployment_id", "camera_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    event_id: Mapped[str] = mapped_column(String(26))
    """The false alarm it came from."""
    deployment_id: Mapped[str] = mapped_column(String(26))
    camera_id: Mapped[str] = mapped_column(String(26))
    zone: Mapped[str | None] = mapped_column(String(64))
    box: Mapped[list[Any] | None]
    """x1 y1 x2 y2, fractions 0–1 of the picture; None: the whole zone."""
    until: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class ResponsibilityList(Base):
    """A version of the responsibility list. Only `state` and `current_since` change."""

    __tablename__ = "responsibility_list"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default="draft")
    """`draft` → `current` ⇄ `superseded`."""
    time_zone: Mapped[str] = mapped_column(String(64))
    """Whose clock its windows mean."""
    units: Mapped[list[Any]]
    """`[{"id", "zh", "en"}]`."""
    rules: Mapped[list[Any]] = mapped_column(deferred=True)
    """`scenarios.dispatch.Responsibility` each, as JSON."""
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    current_since: Mapped[datetime | None]


class Report(Base):
    """What another channel brought in: a hotline, a patrol, an inspection, another system."""

    __tablename__ = "report"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(128))
    """The channel's own number: bringing it again changes nothing."""
    scenario: Mapped[str] = mapped_column(String(64))
    """Of the catalogue, or a domain where no scenario fits."""
    division: Mapped[str | None] = mapped_column(String(128))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    text: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(index=True)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class WorkOrder(Base):
    """The disposal of one event or report. It keeps what it needs when the event is gone."""

    __tablename__ = "work_order"
    __table_args__ = (Index("ix_work_order_state_escalate_at", "state", "escalate_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    event_id: Mapped[str | None] = mapped_column(String(26), unique=True)
    report_id: Mapped[str | None] = mapped_column(String(26), unique=True)
    incident_id: Mapped[str | None] = mapped_column(String(26), index=True)
    """Of the event; later events of the same matter have this order too while it is open."""
    scenario: Mapped[str] = mapped_column(String(64))
    division: Mapped[str | None] = mapped_column(String(128))
    occurred_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    """`none` while no unit is found; then see `work_orders.NEXT`."""
    unit: Mapped[str | None] = mapped_column(String(64))
    list_version: Mapped[int | None]
    rule_line: Mapped[int | None]
    """The row that named the unit; None: a person did."""
    dispatched_at: Mapped[datetime | None] = mapped_column(index=True)
    """The last time."""
    due_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]
    escalate_to: Mapped[str | None] = mapped_column(String(64))
    escalated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class WorkOrderStep(Base):
    """What was done with a work order: who, when and why. Never changed."""

    __tablename__ = "work_order_step"
    __table_args__ = (UniqueConstraint("order_id", "number"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    order_id: Mapped[str] = mapped_column(ForeignKey("work_order.id", ondelete="CASCADE"))
    number: Mapped[int]
    """1, 2, 3 …"""
    step: Mapped[str] = mapped_column(String(16))
    """The state it came into, or `escalated`."""
    unit: Mapped[str | None] = mapped_column(String(64))
    """Responsible at that moment; of an escalation, who was told."""
    reason: Mapped[str | None] = mapped_column(String(32))
    """Why it was returned."""
    note: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(64))
    reference: Mapped[str | None] = mapped_column(String(128), index=True)
    """The number that the system which did it has for it."""
    at: Mapped[datetime] = mapped_column(index=True)
    photo_path: Mapped[str | None] = mapped_column(String(255))
    """Relative to the evidence folder."""
    photo_media_type: Mapped[str | None] = mapped_column(String(64))
    photo_sha256: Mapped[str | None] = mapped_column(String(64))
    photo_size_bytes: Mapped[int | None]


class Observation(Base):
    """How much of something a deployment saw through a camera in one hour."""

    __tablename__ = "observation"
    __table_args__ = (Index("ix_observation_hour", "hour"),)

    deployment_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    camera_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    """Its beginning."""
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Such as `with_helmet` (tracks), or `seen_s` (seconds the camera was analysed)."""
    scenario: Mapped[str] = mapped_column(String(64))
    """The deployment's, which may be gone when somebody asks."""
    amount: Mapped[float] = mapped_column(default=0.0)


class Incident(Base):
    """The same matter seen again or by several cameras: see `scenarios.incidents`."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_scenario_reopens_until", "scenario", "reopens_until"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    revision: Mapped[int] = mapped_column(default=1)
    """Rises with every event that joins."""
    kind: Mapped[str] = mapped_column(String(8))
    """`matter` or `summary`."""
    scenario: Mapped[str] = mapped_column(String(64))
    severity: Mapped[str] = mapped_column(String(16))
    division: Mapped[str | None] = mapped_column(String(128))
    camera_id: Mapped[str] = mapped_column(String(26))
    """Of its first event, as is the place."""
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    camera_ids: Mapped[list[str]]
    """All that saw it, the first one first."""
    opened_at: Mapped[datetime] = mapped_column(index=True)
    last_seen_at: Mapped[datetime]
    quiet_at: Mapped[datetime]
    """Until then it takes in what is seen again."""
    reopens_until: Mapped[datetime]
    events: Mapped[int] = mapped_column(default=0)
    open_events: Mapped[int] = mapped_column(default=0)
    """While there are any it is not quiet."""
    reopenings: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Storm(Base):
    """Events that came too fast to be told one by one: see `scenarios.storm`."""

    __tablename__ = "storm"
    __table_args__ = (Index("ix_storm_deployment_id_camera_id", "deployment_id", "camera_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    """Of the event that summarises it."""
    deployment_id: Mapped[str] = mapped_column(String(26))
    camera_id: Mapped[str | None] = mapped_column(String(26))
    """None: of the whole deployment."""
    limit: Mapped[int]
    """Events an hour, beyond which it began."""
    suppressed: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    last_at: Mapped[datetime]
    told_at: Mapped[datetime]
    """When the summary was last told."""
    told: Mapped[int] = mapped_column(default=0)
    """How many events it spoke of then."""
    ended_at: Mapped[datetime | None]
