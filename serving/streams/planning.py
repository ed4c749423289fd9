"""From desired state in the store to what each camera's pipeline is asked to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from scenarios.errors import ScenarioError
from scenarios.rollout import canary_cameras
from scenarios.rules import check_shapes
from scenarios.scenario import Scenario, load_catalog
from scenarios.schedule import Schedule
from scenarios.zones import SHAPE
from serving.events.masking import PRIVACY
from serving.inference import capacity
from serving.inference.pool import Model
from serving.registry.model_file import model_file
from serving.registry.registering import signed
from serving.settings import Settings
from serving.store import algorithms, cameras, deployments, model_status, models, rollouts
from serving.store.errors import NotFoundError
from serving.store.rollout_models import Rollout
from serving.store.sealing import SealingError
from serving.streams.placement import Demand, NodeOffer
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceKind, SourceSpec
from serving.streams.troubles import Troubles


def plan_cameras(
    session: Session, settings: Settings, troubles: Troubles | None = None
) -> list[CameraPlan]:
    """Every enabled camera with its watches.

    A deployment that cannot run (its algorithm or scenario is gone; on a camera that its selector
    has just found, nothing is drawn) is left out, as is a camera whose address does not open.

    Args:
        session: An open transaction.
        settings: Of this platform.
        troubles: Told of what is left out, and why.
    """
    troubles = troubles or Troubles()
    rows = cameras.desired(session)
    watches: dict[str, list[tuple[models.Deployment, WatchPlan]]] = {}
    on_their_way = rollouts.active(session)
    for deployment in deployments.active(session):
        rollout = on_their_way.get(deployment.id)
        for camera_id, watch in _watches(session, settings, deployment, rollout, rows, troubles):
            watches.setdefault(camera_id, []).append((deployment, watch))
    masking = masking_model(session, settings)
    plans: list[CameraPlan] = []
    for row in rows:
        try:
            plans.append(_camera(row, watches.get(row.id, []), masking, settings))
        except SealingError as error:
            troubles.add("camera cannot run", camera_id=row.id, why=str(error))
    troubles.end_round()
    return plans


def masking_model(session: Session, settings: Settings) -> Model | None:
    """What finds faces and plates; None where it is not registered, or was revoked."""
    try:
        return _model(algorithms.resolve(session, PRIVACY), settings)
    except NotFoundError:
        return None


def _camera(
    row: models.Camera,
    watches: Sequence[tuple[models.Deployment, WatchPlan]],
    masking: Model | None,
    settings: Settings,
) -> CameraPlan:
    main = SourceSpec(
        url=row.url,
        kind=cast("SourceKind", row.kind),  # the API lets nothing else in
        poll_s=row.poll_s,
        loop=row.loop,
        realtime=True,
        hardware=settings.hardware_decoding,
        outbound=settings.outbound,
    )
    return CameraPlan(
        camera_id=row.id,
        name=row.name,
        source=replace(main, url=row.sub_url, kind="stream") if row.sub_url else main,
        evidence=main if row.sub_url else None,
        fps=deployments.fps(row, [deployment for deployment, _ in watches]),
        division=row.division,
        lon=row.lon,
        lat=row.lat,
        watches=tuple(watch for _, watch in watches),
        private=tuple(tuple((x, y) for x, y in area["points"]) for area in row.privacy_areas),
        masking=masking,
    )


def _watches(
    session: Session,
    settings: Settings,
    deployment: models.Deployment,
    rollout: Rollout | None,
    rows: Sequence[models.Camera],
    troubles: Troubles,
) -> Iterator[tuple[str, WatchPlan]]:
    """A deployment on each of its cameras that it can watch, by each version that looks there."""
    try:
        versions = _versions(session, settings, deployment, rollout, rows, troubles)
    except (NotFoundError, ScenarioError) as error:
        troubles.add("deployment cannot run", deployment_id=deployment.id, why=str(error))
        return
    for anywhere, camera_ids in versions:
        yield from _drawn(anywhere, deployment, camera_ids, troubles)


def _versions(
    session: Session,
    settings: Settings,
    deployment: models.Deployment,
    rollout: Rollout | None,
    rows: Sequence[models.Camera],
    troubles: Troubles,
) -> list[tuple[WatchPlan, list[str]]]:
    """What each version of a deployment watches: two are there while a rollout is on its way."""
    mine = deployments.chosen(deployment, rows)
    if rollout is None or rollout.state not in ("shadow", "canary"):
        return [(plan_watch(session, settings, deployment), mine)]
    champion = plan_watch(session, settings, deployment, rollout.champion)
    try:
        candidate = plan_watch(session, settings, deployment, rollout.candidate)
    except NotFoundError as error:
        troubles.add("new version cannot run", rollout_id=rollout.id, why=str(error))
        return [(champion, mine)]
    if rollout.state == "shadow":
        return [(champion, mine), (replace(candidate, shadow_of=rollout.id), mine)]
    running = {row.id for row in rows}
    chosen = canary_cameras([c for c in mine if c in running], rollout.percent)
    return [
        (champion, [c for c in mine if c not in chosen]),
        (candidate, [c for c in mine if c in chosen]),
    ]


def _drawn(
    anywhere: WatchPlan,
    deployment: models.Deployment,
    camera_ids: Sequence[str],
    troubles: Troubles,
) -> Iterator[tuple[str, WatchPlan]]:
    drawn: dict[str, WatchPlan | None] = {}
    for camera_id in camera_ids:
        place = camera_id if camera_id in deployment.zones_by_camera else ""
        if place not in drawn:
            try:
                drawn[place] = draw(anywhere, deployments.shapes(deployment, camera_id))
            except ScenarioError as error:
                troubles.add(
                    "deployment cannot watch a camera",
                    deployment_id=deployment.id,
                    camera_id=camera_id,
                    why=str(error),
                )
                drawn[place] = None
        if (watch := drawn[place]) is not None:
            yield camera_id, watch


def plan_watch(
    session: Session,
    settings: Settings,
    deployment: models.Deployment,
    algorithm: str | None = None,
) -> WatchPlan:
    """A deployment with nothing drawn yet.

    Args:
        session: An open transaction.
        settings: Where model files lie.
        deployment: Which.
        algorithm: In place of its own; None: its own.

    Raises:
        NotFoundError: Its scenario or one of its algorithms is gone.
        ScenarioError: Its rule is wrong.
    """
    scenario = load_catalog().get(deployment.scenario)
    if scenario is None:
        raise NotFoundError(f"there is no scenario {deployment.scenario!r} any more")
    instead = algorithm or deployment.algorithm
    required, helpers = _models(session, settings, scenario, instead)
    schedule = deployment.schedule
    return WatchPlan(
        deployment_id=deployment.id,
        deployment_revision=deployment.revision,
        scenario=scenario.id,
        severity=scenario.severity,
        rule=scenario.with_rule(deployment.rule),
        zones=(),
        models=required,
        helpers=helpers,
        schedule=None if schedule is None else Schedule.model_validate(schedule),
    )


def draw(watch: WatchPlan, shapes: Sequence[Any]) -> WatchPlan:
    """The watch with shapes as the store has them; raises a ScenarioError if they do not suit."""
    zones = tuple(SHAPE.validate_python(shape) for shape in shapes)
    check_shapes(watch.rule, zones)
    return replace(watch, zones=zones)


def _models(
    session: Session, settings: Settings, scenario: Scenario, instead: str | None
) -> tuple[tuple[Model, ...], tuple[Model, ...]]:
    """The scenario's required algorithms and its helpers; `instead` takes the first's place."""
    required: list[Model] = []
    helpers: list[Model] = []
    for place, wish in enumerate(scenario.algorithms):
        reference = instead if instead and place == 0 else wish.name
        try:
            model = _model(algorithms.resolve(session, reference), settings)
        except NotFoundError:
            if wish.required:
                raise
        else:
            (required if wish.required else helpers).append(model)
    return tuple(required), tuple(helpers)


def _model(version: models.AlgorithmVersion, settings: Settings) -> Model:
    return Model(
        manifest=AlgorithmManifest.model_validate(version.manifest),
        sha256=version.sha256,
        path=model_file(version, settings),
        signed=signed(version),
    )


def prices(session: Session) -> dict[str, float]:
    """Lane time in ms of one picture, by the sha256 of each model that was ever measured."""
    measured: dict[str, list[tuple[int, float]]] = {}
    for row in model_status.measured(session):
        measured.setdefault(row.sha256, []).append((1, row.cpu_ms))
    return {sha256: capacity.spread_ms(pairs) for sha256, pairs in measured.items()}


def demand_of(plan: CameraPlan, needs: frozenset[str], cost_ms: Mapping[str, float]) -> Demand:
    """What a camera asks of its node; models that nobody has measured count nothing."""
    models = {m.sha256 for watch in plan.watches for m in watch.models}
    helpers = {m.sha256 for watch in plan.watches for m in watch.helpers}
    demand = capacity.CameraDemand(
        fps=plan.fps,
        picture_ms=capacity.picture_ms(models, helpers, cost_ms),
        decode_cores=capacity.DECODE_CORES,
    )
    return Demand(demand.cores, needs)


def offer_of(row: models.Node) -> NodeOffer:
    labels = {f"{key}={value}" for key, value in row.labels.items()}
    return NodeOffer(
        node_id=row.id,
        cores=capacity.usable_cores([row.lanes]),
        has=frozenset(labels | ({"gpu"} if row.gpus else set())),
        drained=row.drained,
    )
