"""Numbers for Prometheus: the API's own, and the platform's as the store knows it."""

from collections.abc import Iterable
from time import monotonic

from fastapi import APIRouter, Request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.store import Store, drift, messages
from serving.store.models import (
    AlgorithmVersion,
    Camera,
    CameraStatus,
    Event,
    ModelStatus,
    Node,
    Submission,
    now,
)

router = APIRouter(tags=["health"])

SHED = ("idle_rate", "decoding", "rate")
"""What an overloaded node gives up, in this order."""

DECODING = ("all", "reference", "beginnings", "doze", "keyframes")
"""Which pictures of a stream are decoded."""


@router.get("/metrics", response_class=PlainTextResponse)
def get_metrics(request: Request) -> PlainTextResponse:
    """Everything Prometheus may want."""
    registry: CollectorRegistry = request.app.state.registry
    return PlainTextResponse(
        generate_latest(registry), media_type="text/plain; version=0.0.4; charset=utf-8"
    )


class Requests:
    """ASGI middleware that counts and times the answers.

    Streams are counted when they end.
    """

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self._app = app
        self._answers = Counter(
            "longan_http_requests",
            "Answered requests.",
            ("operation", "method", "status"),
            registry=registry,
        )
        self._duration_s = Histogram(
            "longan_http_request_duration_seconds",
            "Time until the answer was sent.",
            ("operation",),
            registry=registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = monotonic()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            operation = getattr(scope.get("route"), "name", "other")
            method = scope["method"] if operation != "other" else "any"
            self._answers.labels(operation, method, str(status)).inc()
            self._duration_s.labels(operation).observe(monotonic() - began)


class PlatformCollector(Collector):
    """Asks the store at every scrape."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterable[Metric]:
        return []  # so that registering it asks nothing

    def collect(self) -> Iterable[Metric]:
        """All families."""
        with self._store.read() as session:
            yield _counted(
                session,
                "longan_cameras",
                "Cameras by state.",
                CameraStatus.state.expression,
                "state",
            )
            yield _counted(
                session,
                "longan_submissions",
                "Submitted models by state.",
                Submission.state.expression,
                "state",
            )
            yield from _cameras(session)
            yield from _nodes(session)
            yield _model_costs(session)
            yield _events(session)
            yield _drift(session)
            yield GaugeMetricFamily(
                "longan_newest_message",
                "Number of the newest message to the outside.",
                messages.newest_seq(session),
            )


def _counted(
    session: Session, name: str, meaning: str, column: ColumnElement[str], label: str
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=(label,))
    for value, count in session.execute(select(column, func.count()).group_by(column)):
        family.add_metric((value,), count)
    return family


def _cameras(session: Session) -> Iterable[GaugeMetricFamily]:
    labels = ("camera_id",)
    analysed = GaugeMetricFamily(
        "longan_camera_analysed_fps", "Pictures a second that are looked at.", labels=labels
    )
    wanted = GaugeMetricFamily(
        "longan_camera_wanted_fps",
        "Pictures a second that would be looked at if its node had the time.",
        labels=labels,
    )
    decoding = GaugeMetricFamily(
        "longan_camera_decoding",
        "1 for the pictures of the stream that are decoded.",
        labels=("camera_id", "pictures"),
    )
    age = GaugeMetricFamily(
        "longan_camera_frame_age_seconds", "Time since the newest picture.", labels=labels
    )
    at = now()
    for status in session.scalars(
        select(CameraStatus).join(Camera, Camera.id == CameraStatus.camera_id).where(Camera.enabled)
    ):
        if status.analysed_fps is not None:
            analysed.add_metric((status.camera_id,), status.analysed_fps)
        if status.wanted_fps is not None:
            wanted.add_metric((status.camera_id,), status.wanted_fps)
        if status.decoding is not None:
            for pictures in DECODING:
                decoding.add_metric((status.camera_id, pictures), status.decoding == pictures)
        if status.last_frame_at is not None:
            age.add_metric((status.camera_id,), (at - status.last_frame_at).total_seconds())
    return analysed, wanted, decoding, age


def _nodes(session: Session) -> Iterable[GaugeMetricFamily]:
    labels = ("node_id", "node")
    busy = GaugeMetricFamily(
        "longan_node_busy", "Share of the lanes' time spent working, 0 to 1.", labels=labels
    )
    lanes = GaugeMetricFamily(
        "longan_node_lanes", "Pictures analysed at the same time.", labels=labels
    )
    shed = GaugeMetricFamily(
        "longan_node_shed",
        "1 for what the overloaded node gives up.",
        labels=(*labels, "what"),
    )
    for node in session.scalars(select(Node).where(Node.state == "alive")):
        lanes.add_metric((node.id, node.name), node.lanes)
        if node.busy is not None:
            busy.add_metric((node.id, node.name), node.busy)
        for what in SHED:
            shed.add_metric((node.id, node.name, what), node.shed == what)
    return busy, lanes, shed


def _model_costs(session: Session) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "longan_model_picture_seconds",
        "Time one lane takes for one picture.",
        labels=("algorithm", "version", "node_id", "node", "engine"),
    )
    query = (
        select(AlgorithmVersion.name, AlgorithmVersion.version, Node, ModelStatus)
        .join(ModelStatus, ModelStatus.sha256 == AlgorithmVersion.sha256)
        .join(Node, Node.id == ModelStatus.node_id)
        .where(Node.state == "alive")
    )
    for name, version, node, status in session.execute(query):
        labels = (name, version, node.id, node.name, status.engine)
        family.add_metric(labels, status.cpu_ms / 1000)
    return family


def _events(session: Session) -> CounterMetricFamily:
    family = CounterMetricFamily(
        "longan_events", "Events that were opened.", labels=("scenario", "severity")
    )
    query = select(Event.scenario, Event.severity, func.count())
    for scenario, severity, count in session.execute(
        query.group_by(Event.scenario, Event.severity)
    ):
        family.add_metric((scenario, severity), count)
    return family


def _drift(session: Session) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "longan_drift_psi",
        "Population stability index of a version at a camera against its first week there.",
        labels=("camera_id", "algorithm", "version", "measure"),
    )
    for row in drift.known(session):
        name, _, version = row.algorithm.partition("@")
        family.add_metric((row.camera_id, name, version, row.measure), row.psi or 0.0)
    return family
