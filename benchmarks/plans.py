"""Cameras as the pipeline is told of them, built from the catalogue without a store."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from algorithms.catalog import manifest
from algorithms.engines.choose import Choice
from scenarios.rules.presence import PresenceConfig
from scenarios.scenario import load_catalog
from serving.inference.pool import Model, ModelPool
from serving.settings import Settings
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec


def scenario_watch(scenario_id: str) -> WatchPlan:
    """A scenario with the models that come with this release."""
    scenario = load_catalog()[scenario_id]
    return WatchPlan(
        deployment_id=f"bench-{scenario_id}",
        deployment_revision=1,
        scenario=scenario.id,
        severity=scenario.severity,
        rule=scenario.rule,
        zones=(),
        models=tuple(_shipped(wish.name) for wish in scenario.algorithms if wish.required),
        helpers=tuple(_shipped(wish.name) for wish in scenario.algorithms if not wish.required),
    )


def model_watch(model: Model) -> WatchPlan:
    """One model on every picture, and a rule that any of its classes fires."""
    return WatchPlan(
        deployment_id="bench",
        deployment_revision=1,
        scenario="danger-zone",
        severity="notice",
        rule=PresenceConfig(classes=tuple(model.manifest.class_names)),
        zones=(),
        models=(model,),
    )


def settled(models: Iterable[Model], engine: Choice = "auto") -> ModelPool:
    """A pool with these models on one core, in the engine that a node would use."""
    pool = ModelPool(None, engine)
    for model in models:
        pool.load(model)
        pool.compare(model, lanes=1)
    return pool


def clip_plan(
    clip: Path, watches: Sequence[WatchPlan], fps: float = 5.0, *, gate: bool = True
) -> CameraPlan:
    """A clip to be read once, as fast as it goes."""
    source = SourceSpec(str(clip), "file", realtime=False)
    return CameraPlan("bench", clip.name, source, fps, watches=tuple(watches), gated=gate)


def live_plan(
    camera_id: str,
    url: str,
    watches: Sequence[WatchPlan],
    fps: float = 5.0,
    *,
    main: str | None = None,
    gate: bool = True,
) -> CameraPlan:
    """An RTSP camera; `main` is its main stream, where `url` is the sub-stream."""
    return CameraPlan(
        camera_id,
        url,
        SourceSpec(url, "stream"),
        fps,
        watches=tuple(watches),
        evidence=None if main is None else SourceSpec(main, "stream"),
        gated=gate,
    )


def _shipped(name: str) -> Model:
    given = manifest(name)
    file = Settings().weights_dir / f"{name}-{given.version}.onnx"
    return Model(given, f"{name}-{given.version}", file)
