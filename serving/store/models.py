"""The tables. Rows carry no behaviour; the repositories beside this file do.

camera ──< observed in camera_status (written by streams, read by the API)
algorithm ──< algorithm_version      the model file lies in the model folder under its sha256
deployment ──< deployment_revision   scenario × algorithm × cameras × zones × schedule: desired
clip, replay                         recorded video, and what a revision makes of it
event ──< evidence                   what fired, and the pictures and clips that show it
evidence_hold                        events whose evidence is kept whatever its age
evidence_audit                       who opened originals, placed and released holds; append-only
message                              outbox: CloudEvents in a rising sequence, read by SSE and sinks
submission, idempotency_key
token ──< web_session                who may ask
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from ulid import ULID

from serving.store.sealing import Secret, SecretJson


def new_id() -> str:
    """A ULID: 26 characters that sort by time."""
    return str(ULID())


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on every database; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an aware datetime, got the naive {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads a plain class attribute
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
        list[str]: JSON(none_as_null=True),
    }


class HoldsSecrets(Base):
    """A row with secrets: they are bound to its id, so it has one from the start."""

    __abstract__ = True

    def __init__(self, **fields: Any) -> None:
        super().__init__(**{"id": new_id()} | fields)


def _some(name: str, column: str, condition: str) -> Index:
    """An index of the few rows that are looked for."""
    where = text(condition)
    return Index(name, column, sqlite_where=where, postgresql_where=where)


class Camera(HoldsSecrets):
    __tablename__ = "camera"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(128))
    sealed_url: Mapped[str] = mapped_column("url", Text)
    url = Secret[str]("sealed_url")
    """With its password: never leaves the server, never enters a log."""
    sealed_sub_url: Mapped[str | None] = mapped_column("sub_url", Text)
    sub_url = Secret[str | None]("sealed_sub_url")
    """The same view at a lower resolution: analysed in place of `url`, which then gives evidence
    only. As secret as `url`."""
    kind: Mapped[str] = mapped_column(String(16))
    """`stream`, `snapshot` or `file`: how the address is read."""
    poll_s: Mapped[float] = mapped_column(default=10.0)
    """Seconds between pictures of a snapshot address."""
    loop: Mapped[bool] = mapped_column(default=False)
    """A file starts again at its end."""
    analysed_fps: Mapped[float] = mapped_column(default=5.0)
    division: Mapped[str | None] = mapped_column(String(128))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    heading_deg: Mapped[float | None]
    """Where it looks: 0 is north, 90 east."""
    pitch_deg: Mapped[float | None]
    """0: level; -90: straight down."""
    fov_deg: Mapped[float | None]
    """Width of its view."""
    range_m: Mapped[float | None]
    """How far it tells things apart."""
    height_m: Mapped[float | None]
    """Of its lens above the ground."""
    tags: Mapped[list[str]] = mapped_column(default=list)
    """Words by which deployments select it."""
    privacy_areas: Mapped[list[Any]] = mapped_column(default=list)
    """What nobody may see: `[{"name", "points": [[x, y], …]}]`, fractions 0–1."""
    needs: Mapped[list[str]] = mapped_column(default=list)
    """What its node must have: `gpu`, or labels as `key=value`."""
    enabled: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class CameraStatus(Base):
    """Observed state: one row a camera, written by the pipeline that runs it."""

    __tablename__ = "camera_status"

    camera_id: Mapped[str] = mapped_column(
        ForeignKey("camera.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(16), default="registered")
    reason: Mapped[str | None] = mapped_column(String(32))
    message: Mapped[str | None] = mapped_column(Text)
    """What is wrong, in words, without the address."""
    since: Mapped[datetime] = mapped_column(default=now)
    retries: Mapped[int] = mapped_column(default=0)
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]
    source_fps: Mapped[float | None]
    analysed_fps: Mapped[float | None]
    wanted_fps: Mapped[float | None]
    """What it would be analysed at now if the node were idle: the gate's wish."""
    decoding: Mapped[str | None] = mapped_column(String(16))
    """`all`, `reference` or `keyframes`: which pictures of the stream are decoded."""
    clock_offset_s: Mapped[float | None]
    """The camera's clock minus ours; None where it does not tell the time."""
    last_frame_at: Mapped[datetime | None]
    checkpoint: Mapped[dict[str, Any] | None]
    """Where a file stood, so that a restarted pipeline goes on from there."""
    targets: Mapped[dict[str, Any] | None]
    """How high what it sees is: `scenarios.fitness.SizeHistogram.as_json`."""
    versions: Mapped[dict[str, Any] | None]
    """Deployment → `name@version` of each model it watches by here now."""
    node: Mapped[str | None] = mapped_column(String(64))
    heartbeat_at: Mapped[datetime] = mapped_column(default=now)


class Node(Base):
    """A machine that runs cameras. The supervisor writes what it is, its pipeline how it is."""

    __tablename__ = "node"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Ray's."""
    name: Mapped[str] = mapped_column(String(128))
    labels: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(16), default="alive")
    """`alive` → `gone`."""
    drained: Mapped[bool] = mapped_column(default=False)
    """Desired: it takes no cameras and gives up those it has."""
    lanes: Mapped[int] = mapped_column(default=1)
    """Pictures analysed at the same time."""
    gpus: Mapped[float] = mapped_column(default=0.0)
    restart_wanted_at: Mapped[datetime | None]
    """Desired: a fresh pipeline process takes over from the running one."""
    busy: Mapped[float | None]
    """Share of the lanes' time spent working, 0–1, over the last seconds."""
    shed: Mapped[str | None] = mapped_column(String(32))
    """What an overloaded node gives up: see `streams.overload`; None: nothing."""
    load: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Details for operators."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    heartbeat_at: Mapped[datetime] = mapped_column(default=now)


class Placement(Base):
    """Which node runs a camera; written by the supervisor."""

    __tablename__ = "placement"

    camera_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    node_id: Mapped[str] = mapped_column(String(64))
    generation: Mapped[int] = mapped_column(default=1)
    """Rises with every move: a node that was cut off and comes back is told from the new one."""
    since: Mapped[datetime] = mapped_column(default=now)
    """When it moved: what an older generation sees later, the new one sees too."""


class ModelStatus(Base):
    """What a model costs on a node, and by which engine; measured by its pipeline."""

    __tablename__ = "model_status"

    node_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    engine: Mapped[str] = mapped_column(String(64))
    cpu_ms: Mapped[float]
    """Lane time for one picture."""
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Every engine that was tried, with its figures."""
    measured_at: Mapped[datetime] = mapped_column(default=now)


class AlgorithmVersion(Base):
    __tablename__ = "algorithm_version"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    """`approved` ⇄ `retired`, both → `revoked`."""
    state_reason: Mapped[str | None] = mapped_column(Text)
    """Why it was retired or revoked."""
    state_by: Mapped[str] = mapped_column(String(64), default="platform")
    """Name of the token that was used, or `platform`."""
    state_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)
    """Of the state: all else never changes."""
    manifest: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    envelope: Mapped[str | None] = mapped_column(Text)
    """The signed statement: see `registry.statement`."""
    origin: Mapped[str] = mapped_column(String(16))
    """`shipped` with the platform, `submitted` by a team or `imported` from another platform."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class AlgorithmAlias(Base):
    """A name that moves over versions; `champion` is what deployments use by default."""

    __tablename__ = "algorithm_alias"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    alias: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class AlgorithmAliasMove(Base):
    """What an alias stood for, and who moved it; append-only."""

    __tablename__ = "algorithm_alias_move"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    alias: Mapped[str] = mapped_column(String(32), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    moved_by: Mapped[str] = mapped_column(String(64))
    """Name of the token that was used, or `platform`."""
    moved_at: Mapped[datetime] = mapped_column(default=now)


class ModelFailure(Base):
    """Why a node cannot load a version; the row goes once it can."""

    __tablename__ = "model_failure"

    node_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    message: Mapped[str] = mapped_column(Text)
    failed_at: Mapped[datetime] = mapped_column(default=now)


class Submission(Base):
    __tablename__ = "submission"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(String(16), default="checking")
    """`checking` → `accepted` | `rejected`."""
    name: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    reasons: Mapped[list[str]] = mapped_column(default=list)
    report: Mapped[dict[str, Any] | None]
    """What the trial measured; None before it, and where the check did not get that far."""
    created_by: Mapped[str] = mapped_column(String(64), default="platform")
    """Name of the token that was used."""
    envelope: Mapped[str | None] = mapped_column(Text)
    """The other platform's signed statement, where it came in a bundle."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    decided_at: Mapped[datetime | None]


class Deployment(Base):
    __tablename__ = "deployment"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    scenario: Mapped[str] = mapped_column(String(64))
    algorithm: Mapped[str | None] = mapped_column(String(130))
    """`name`, `name@version` or `name:alias` in place of the scenario's own; None: the
    scenario's."""
    camera_ids: Mapped[list[str]] = mapped_column(default=list)
    """Empty where a selector says which."""
    selector: Mapped[dict[str, Any] | None]
    """`{"division", "tags"}`: every camera in the division that has all the tags."""
    division: Mapped[str | None] = mapped_column(String(128))
    """Where it is: its selector's, or what all its cameras lie in; None: the whole city."""
    zones: Mapped[list[Any]] = mapped_column(default=list)
    """Shapes as `scenarios.zones` has them, fractions 0–1; empty: the whole picture."""
    zones_by_camera: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Camera → its shapes in place of `zones`."""
    schedule: Mapped[dict[str, Any] | None]
    """`scenarios.schedule.Schedule`; None: always."""
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Overrides of the scenario's rule defaults."""
    fps: Mapped[float | None]
    """Pictures a second it wants analysed; None: as the camera is set."""
    enabled: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class DeploymentRevision(Base):
    """What a deployment was; events name the one that made them. Outlives it."""

    __tablename__ = "deployment_revision"

    deployment_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    spec: Mapped[dict[str, Any]]
    """The columns of `Deployment` that somebody can set."""
    created_by: Mapped[str] = mapped_column(String(64))
    """Name of the token that was used, or `platform`."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class Clip(Base):
    """A recorded video; its file lies in the clips folder under its sha256."""

    __tablename__ = "clip"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(128))
    camera_id: Mapped[str | None] = mapped_column(String(26))
    """Whose view it shows, so that this camera's zones hold in it."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Replay(Base):
    """A revision of a deployment run over clips; or a draft of one, as a trial."""

    __tablename__ = "replay"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    deployment_id: Mapped[str | None] = mapped_column(String(26), index=True)
    """None in a trial."""
    revision: Mapped[int | None]
    """None in a trial."""
    against_revision: Mapped[int | None]
    draft: Mapped[dict[str, Any] | None]
    """Of a trial: what `Deployment` would be made of."""
    since: Mapped[datetime | None]
    """Of a trial: it runs over what was recorded then or later."""
    until: Mapped[datetime | None]
    """Of a trial: it runs over what was recorded before."""
    clip_ids: Mapped[list[str]]
    event_ids: Mapped[list[str]] = mapped_column(default=list)
    """Events over whose recorded clips it runs as well."""
    state: Mapped[str] = mapped_column(String(16), default="queued", index=True)
    """`queued` → `running` → `done` | `failed`."""
    progress: Mapped[float] = mapped_column(default=0.0)
    """0–1."""
    message: Mapped[str | None] = mapped_column(Text)
    """Why it failed."""
    result: Mapped[dict[str, Any] | None]
    """`{"events", "against_events", "difference"}`."""
    created_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_camera_id_opened_at", "camera_id", "opened_at"),
        Index("ix_event_scenario_opened_at", "scenario", "opened_at"),
        Index("ix_event_deployment_id_opened_at", "deployment_id", "opened_at"),
        Index("ix_event_severity_opened_at", "severity", "opened_at"),
        _some("ix_event_opened_at_open", "opened_at", "life_cycle = 'open'"),
        # On PostgreSQL also ix_event_…_trgm, for `EventFilter.text`: see migration 0024.
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    """A ULID made by the pipeline: writing the same event twice changes nothing."""
    revision: Mapped[int] = mapped_column(default=1)
    camera_id: Mapped[str] = mapped_column(String(26))
    """No foreign key: an event outlives its camera."""
    camera_name: Mapped[str] = mapped_column(String(128))
    division: Mapped[str | None] = mapped_column(String(128))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    deployment_id: Mapped[str] = mapped_column(String(26))
    deployment_revision: Mapped[int]
    scenario: Mapped[str] = mapped_column(String(64))
    severity: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(32))
    zone: Mapped[str | None] = mapped_column(String(64))
    algorithms: Mapped[list[Any]]
    """`[{"name", "version", "sha256"}]`."""
    objects: Mapped[list[Any]]
    """`[{"track_id", "class_name", "confidence", "box": [x1, y1, x2, y2]}]`, fractions 0–1."""
    path: Mapped[list[Any]] = mapped_column(default=list)
    """Where the subject was: `[[RFC 3339 time, x1, y1, x2, y2], …]`, oldest first."""
    zone_outline: Mapped[list[Any] | None]
    """`[[x, y], …]` of the zone as it was then, fractions 0–1; None: the whole picture."""
    frame_width_px: Mapped[int]
    frame_height_px: Mapped[int]
    confidence: Mapped[float]
    life_cycle: Mapped[str] = mapped_column(String(8), default="open")
    """`open` → `ended`."""
    first_seen_at: Mapped[datetime]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    """When the rule fired."""
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    dedup_key: Mapped[str] = mapped_column(String(128))
    occurrences: Mapped[int] = mapped_column(default=1)
    incident_id: Mapped[str | None] = mapped_column(String(26), index=True)
    """The incident it belongs to; None for the summary of a storm."""
    suppressed_by: Mapped[str | None] = mapped_column(String(26), index=True)
    """What it was not told for: the event that summarises the storm it came in, or the mute of its
    spot; None: it was told."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class Evidence(Base):
    __tablename__ = "evidence"
    __table_args__ = (
        _some("ix_evidence_opened_at_kept", "opened_at", "removed_at IS NULL"),
        _some(
            "ix_evidence_opened_at_original_kept",
            "opened_at",
            "original_sha256 IS NOT NULL AND original_removed_at IS NULL",
        ),
    )

    event_id: Mapped[str] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`snapshot`: the whole picture; `crop`: the object; `clip`: before, during and after."""
    path: Mapped[str] = mapped_column(String(255))
    """Relative to the evidence folder; the original's to the folder of the originals."""
    media_type: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of what everybody sees; None while nobody has asked for a clip yet."""
    size_bytes: Mapped[int | None]
    masked: Mapped[bool] = mapped_column(default=False)
    masked_by: Mapped[str | None] = mapped_column(String(128))
    """Name and version of the algorithm that found faces and plates; None: they are masked only
    where they must be in what was tracked."""
    original_sha256: Mapped[str | None] = mapped_column(String(64))
    """None: there never was another than what everybody sees."""
    original_size_bytes: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    """When its event did: how long it is kept. None: a node of an older release wrote it."""
    opened_s: Mapped[float | None]
    """Seconds into a clip at which the event opened."""
    removed_at: Mapped[datetime | None]
    """Set before the file goes; the hash stays."""
    original_removed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class EvidenceHold(Base):
    """Legal hold: the evidence of an event is not removed while this row is there."""

    __tablename__ = "evidence_hold"

    event_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    placed_by: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[datetime] = mapped_column(default=now)


class EvidenceAudit(Base):
    """Who did what with evidence, and why. Never changed, never removed."""

    __tablename__ = "evidence_audit"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    event_id: Mapped[str] = mapped_column(String(26), index=True)
    """No foreign key: the record outlives the event."""
    action: Mapped[str] = mapped_column(String(16))
    """`opened` or `replayed` an original, `held` or `released` the evidence."""
    kind: Mapped[str | None] = mapped_column(String(16))
    """Of the original."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the original."""
    reason: Mapped[str] = mapped_column(Text)
    token_id: Mapped[str] = mapped_column(String(26))
    token_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now)


class Message(Base):
    """One CloudEvent to the outside. `seq` rises and is the SSE id."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_subject_seq", "subject", "seq"),
        {"sqlite_autoincrement": True},  # never give a number twice
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    id: Mapped[str] = mapped_column(String(64), unique=True)
    """`<event id>.<revision>` or a ULID: the same message is never written twice."""
    type: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    time: Mapped[datetime] = mapped_column(default=now)
    data: Mapped[dict[str, Any]]


class Token(Base):
    __tablename__ = "token"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the secret; the secret itself is shown once."""
    grants: Mapped[list[Any]]
    """`[{"role", "division"}]`."""
    expires_at: Mapped[datetime | None]
    """None: never."""
    last_used_at: Mapped[datetime | None]
    """To the hour."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class WebSession(Base):
    """A browser that signed in, with a token or as a user; ends with it."""

    __tablename__ = "web_session"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the cookie's value."""
    token_id: Mapped[str | None] = mapped_column(ForeignKey("token.id", ondelete="CASCADE"))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=now)


class IdempotencyKey(Base):
    """The answer a POST got, so that sending it again gets the same one."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    """`<token id>:<what the client sent>`."""
    sealed_request_sha256: Mapped[str] = mapped_column("request_sha256", Text)
    request_sha256 = Secret[str]("sealed_request_sha256", row="key")
    """Sealed, for a hash lets one try passwords."""
    status_code: Mapped[int]
    headers: Mapped[dict[str, Any]]
    sealed_body: Mapped[str] = mapped_column("body", Text)
    body = SecretJson[dict[str, Any]]("sealed_body", row="key")
    """Sealed, for a secret may have been shown in it."""
    created_at: Mapped[datetime] = mapped_column(default=now)
