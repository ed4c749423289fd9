"""Which models are asked about which frames: one batch a model over all cameras.

First the models that every frame needs; then the helpers, only about frames in which a watch's own
models found something: most frames of most cameras show nobody.
"""

from collections.abc import Sequence

import structlog
import supervision as sv

from algorithms.frame import Frame
from serving.inference.pool import Model, ModelPool
from serving.streams.plan import CameraPlan

log = structlog.get_logger(__name__)

Found = dict[str, sv.Detections]
"""Model sha256 → its detections in one frame."""


def detect(pool: ModelPool, frames: Sequence[tuple[CameraPlan, Frame]]) -> list[Found]:
    """Run what the cameras' watches need.

    A watch whose schedule is off needs nothing. A model that fails is logged and its cameras see
    nothing by it.

    Returns:
        One `Found` per frame.
    """
    frames = [(plan.at(frame.captured_at), frame) for plan, frame in frames]
    found: list[Found] = [{} for _ in frames]
    _ask(pool, frames, found, [_needed(plan) for plan, _ in frames])
    _ask(
        pool, frames, found, [_helping(plan, f) for (plan, _), f in zip(frames, found, strict=True)]
    )
    return found


def anything_wanted(plan: CameraPlan, found: Found) -> bool:
    """Whether there is anything that a rule of this camera is about."""
    return any(
        not watch.rule.needed_classes.isdisjoint(found[model.sha256].data["class_name"])
        for watch in plan.heard  # what looks along in shadow changes nothing for the others
        for model in watch.models
        if model.sha256 in found and len(found[model.sha256])
    )


def _needed(plan: CameraPlan) -> dict[str, Model]:
    return {m.sha256: m for watch in plan.watches for m in watch.models}


def _helping(plan: CameraPlan, found: Found) -> dict[str, Model]:
    return {
        helper.sha256: helper
        for watch in plan.watches
        if any(len(found.get(m.sha256, ())) for m in watch.models)
        for helper in watch.helpers
        if helper.sha256 not in found
    }


def _ask(
    pool: ModelPool,
    frames: Sequence[tuple[CameraPlan, Frame]],
    found: list[Found],
    wanted: list[dict[str, Model]],
) -> None:
    for sha256, model in {s: m for models in wanted for s, m in models.items()}.items():
        mine = [i for i, models in enumerate(wanted) if sha256 in models]
        try:
            results = pool.detect(model, [frames[i][1] for i in mine])
        # A stranger's network may fail in any way, its decoder with it: the other models go on.
        except Exception:
            log.exception("model failed, its cameras see nothing by it", model=sha256[:12])
            continue
        for i, detections in zip(mine, results, strict=True):
            found[i][sha256] = detections
