"""What the deployments ask of the nodes and what these can carry, as the store knows it."""

import math
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from sqlalchemy.orm import Session

from scenarios.scenario import load_catalog
from serving.access import everywhere
from serving.api.problems import Missing, ProblemError
from serving.inference.capacity import (
    CameraDemand,
    decode_cores,
    picture_ms,
    shortfall,
    spread_ms,
)
from serving.store import algorithms, cameras, deployments, model_status, nodes, rollouts
from serving.store.errors import NotFoundError
from serving.store.models import ModelStatus

Models = tuple[set[str], set[str]]
"""The sha256 of what a deployment asks about every picture, and of its helpers."""


@dataclass(slots=True)
class CameraAsk:
    """What is asked of one camera, before it has a price."""

    fps: float
    decodes: bool
    models: set[str] = field(default_factory=set[str])
    helpers: set[str] = field(default_factory=set[str])


class Prices:
    """What models and decoding cost, measured by the nodes."""

    def __init__(self, session: Session) -> None:
        known = nodes.known(session)
        lanes = {node.id: node.lanes for node in known if node.state == "alive"}
        measured = model_status.measured(session)
        self._on_node = {(row.node_id, row.sha256): row.cpu_ms for row in measured}
        self._anywhere = _spread(measured, lanes)
        # An overloaded node decodes less than it should.
        self._decode_cores = decode_cores(
            (float(node.load.get("decode_cores", 0)), int(node.load.get("cameras", 0)))
            for node in known
            if node.state == "alive" and node.shed is None
        )

    def demand(self, ask: CameraAsk, node_id: str | None = None) -> CameraDemand:
        """What a camera asks for; on one node, or where the work is spread over all."""
        cost_ms = {
            sha256: self._on_node.get((node_id or "", sha256), self._anywhere.get(sha256, 0.0))
            for sha256 in ask.models | ask.helpers
        }
        return CameraDemand(
            fps=ask.fps,
            picture_ms=picture_ms(ask.models, ask.helpers, cost_ms),
            decode_cores=self._decode_cores if ask.decodes else 0.0,
        )


def asks(session: Session) -> dict[str, CameraAsk]:
    """What is asked of every enabled camera, by its id."""
    rows = cameras.desired(session)
    found: dict[str, CameraAsk] = {}
    known: dict[tuple[str, str | None], Models] = {}
    watching = deployments.by_camera(session, rows)
    on_their_way = rollouts.active(session)
    beside = {d: r.candidate for d, r in on_their_way.items() if r.state == "shadow"}
    for row in rows:
        fps = deployments.fps(row, watching[row.id])
        ask = found[row.id] = CameraAsk(
            # One picture every so often: rarer than asked, and next to nothing to decode.
            fps=min(fps, 1 / row.poll_s if row.kind == "snapshot" else math.inf),
            decodes=row.kind != "snapshot",
        )
        keys = [(deployment.scenario, deployment.algorithm) for deployment in watching[row.id]]
        keys += [(d.scenario, beside[d.id]) for d in watching[row.id] if d.id in beside]
        for key in keys:
            if key not in known:
                known[key] = _models(session, *key)
            models, helpers = known[key]
            ask.models |= models
            ask.helpers |= helpers
    return found


@contextmanager
def within_capacity(session: Session) -> Generator[None]:
    """Refuse the change made inside if the nodes cannot carry what it asks for.

    While no node is alive there is nothing to refuse it by, and a model that nobody has measured
    asks for nothing: what is wanted is noted, and a node with too much work sheds some.

    Raises:
        ProblemError: With what is missing.
    """
    alive = [node for node in nodes.known(session) if node.state == "alive"]
    if not alive:
        yield
        return
    lanes = [node.lanes for node in alive if not node.drained]
    prices = Prices(session)
    with everywhere():
        before = {camera_id: prices.demand(ask) for camera_id, ask in asks(session).items()}
    yield
    with everywhere():
        after = {camera_id: prices.demand(ask) for camera_id, ask in asks(session).items()}
    missing = shortfall(before, after, lanes)
    if missing is not None:
        raise ProblemError(
            HTTPStatus.CONFLICT,
            str(missing),
            kind="no-capacity",
            missing=Missing(
                needed_cores=round(missing.needed_cores, 2),
                free_cores=round(missing.free_cores, 2),
                usable_cores=round(missing.usable_cores, 2),
                missing_cores=round(missing.missing_cores, 2),
                fits_analysed_fps=missing.fits_fps,
                fewer_cameras=missing.fewer_cameras,
            ),
        )


def _models(session: Session, scenario_id: str, instead: str | None) -> Models:
    """As the pipelines do it; a deployment that cannot run asks for nothing."""
    scenario = load_catalog().get(scenario_id)
    models: set[str] = set()
    helpers: set[str] = set()
    for place, wish in enumerate(scenario.algorithms if scenario else ()):
        reference = instead if instead and place == 0 else wish.name
        try:
            sha256 = algorithms.resolve(session, reference).sha256
        except NotFoundError:
            if wish.required:
                return set(), set()
        else:
            (models if wish.required else helpers).add(sha256)
    return models, helpers


def _spread(measured: Iterable[ModelStatus], lanes: dict[str, int]) -> dict[str, float]:
    """What a picture costs each model where its work is spread over the nodes.

    A model that no living node has measured is taken as the nodes before them found it, as after
    a restart of everything.
    """
    everywhere: dict[str, list[tuple[int, float]]] = {}
    alive: dict[str, list[tuple[int, float]]] = {}
    for row in measured:
        everywhere.setdefault(row.sha256, []).append((1, row.cpu_ms))
        if row.node_id in lanes:
            alive.setdefault(row.sha256, []).append((lanes[row.node_id], row.cpu_ms))
    return {sha256: spread_ms(pairs) for sha256, pairs in (everywhere | alive).items()}
