"""A version measured on an evaluation set, in a process of its own.

`python -m serving.streams.evaluating ID` does one evaluation; it reads the settings from standard
input and writes progress and scorecard to the store.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import supervision as sv
from sqlalchemy.orm import Session

from algorithms.dataset import fingerprint, read_dataset, read_origins
from algorithms.detector import Detector
from algorithms.errors import DatasetError, LonganError
from algorithms.evaluation import LOWEST_CONFIDENCE, observe
from algorithms.manifest import AlgorithmManifest
from scenarios.scenario import load_catalog
from scenarios.score import Occurrence, ScenarioTruth, Truth, poisson_upper
from scenarios.score import score as compare
from scenarios.scorecard import Budget, EventCard, Scorecard, make_scorecard, rate
from serving.inference.pool import ModelPool
from serving.log import configure_logging
from serving.registry import keys
from serving.registry.model_file import model_file
from serving.registry.registering import signed
from serving.registry.statement import verify
from serving.settings import Settings
from serving.store import Store, algorithms, challenges, evaluation_sets, evaluations, jobs
from serving.store.evaluation_models import Evaluation, EvaluationSet
from serving.store.models import AlgorithmVersion, Deployment
from serving.streams.offline import START, analyze_clip
from serving.streams.plan import CameraPlan
from serving.streams.planning import draw, plan_watch
from serving.streams.sources import SourceSpec

NICE = 19
TELL_EVERY_S = 1.0

PICTURES_SHARE = 0.8
"""Of the progress; the rest is the clips and the counting."""


class GivenUpError(LonganError):
    """Nobody waits for this evaluation any more."""


def run_evaluation(store: Store, settings: Settings, evaluation_id: str) -> None:
    """Measure and keep the scorecard.

    Raises:
        LonganError: The version or the set is not what it should be, or the model fails.
    """
    with store.read() as session:
        row = evaluations.get(session, evaluation_id)
        on = evaluation_sets.by_id(session, row.set_id)
        version = algorithms.get(session, row.name, row.version)
    card = _measure(store, settings, row, on, version)
    if on.hidden:
        card = aggregates(card)
    with store.write() as session:
        jobs.finish(session, Evaluation, evaluation_id, scorecard=card.model_dump(mode="json"))
        challenges.follow_evaluation(session, evaluations.get(session, evaluation_id))


def aggregates(card: Scorecard) -> Scorecard:
    """What may be told of a hidden set: nothing by camera, division or clip."""
    kept = tuple(part for part in card.slices if part.by in ("size", "light"))
    return card.model_copy(update={"slices": kept, "events": ()})


def open_set(settings: Settings, folder: str, split: str) -> sv.DetectionDataset:
    """The pictures of a set; raises DatasetError."""
    return read_dataset(settings.datasets_dir / folder, split)


def _measure(
    store: Store,
    settings: Settings,
    row: Evaluation,
    on: EvaluationSet,
    version: AlgorithmVersion,
) -> Scorecard:
    manifest = AlgorithmManifest.model_validate(version.manifest)
    dataset = open_set(settings, on.folder, on.split)
    if fingerprint(dataset) != on.fingerprint:
        raise DatasetError(
            f"{on.name}: the files are not those that were registered, and scores on other data do "
            "not compare; bring the old files back, or register the new ones under another name"
        )
    file = model_file(version, settings)
    verify(signed(version), file, keys.own(settings))
    detector = Detector.load(manifest, file)
    told = _Progress(store, row.id)
    seen = observe(
        lambda images: detector.detect(images, LOWEST_CONFIDENCE),
        manifest.class_names,
        dataset,
        progress=lambda done, total: told.tell(PICTURES_SHARE * done / total),
    )
    events = [] if on.hidden else list(_events(store, settings, on, f"{row.name}@{row.version}"))
    try:
        return make_scorecard(
            seen,
            manifest.thresholds.confidence,
            origins=read_origins(settings.datasets_dir / on.folder),
            budget=Budget.model_validate(row.budget) if row.budget else None,
            events=events,
        )
    except ValueError as error:  # the budget's classes
        raise LonganError(str(error)) from error


def _events(
    store: Store, settings: Settings, on: EvaluationSet, algorithm: str
) -> Iterator[EventCard]:
    """Every truth file in `events/` of the set's folder, its clip beside it."""
    data = settings.datasets_dir / on.folder
    pool = ModelPool(keys=keys.own(settings))
    for file in sorted(((data if data.is_dir() else data.parent) / "events").glob("*.json")):
        truth = Truth.from_file(file)
        for part in truth.scenarios:
            with store.read() as session:
                try:
                    plan = _plan(session, settings, file.parent / truth.clip, part, algorithm)
                except LonganError as error:
                    yield EventCard(scenario=part.scenario, clip=truth.clip, not_run=str(error))
                    continue
            yield _event_card(plan, truth, part, pool)


def _plan(
    session: Session, settings: Settings, clip: Path, part: ScenarioTruth, algorithm: str
) -> CameraPlan:
    """The clip as a camera of the scenario, with the version in its first algorithm's place."""
    deployment = Deployment(
        id="evaluation", revision=1, scenario=part.scenario, algorithm=algorithm, rule=part.rule
    )
    shapes = [shape.model_dump(mode="json") for shape in part.zones]
    watch = draw(plan_watch(session, settings, deployment), shapes)
    source = SourceSpec(url=str(clip.absolute()), kind="file", loop=False, realtime=False)
    fps = load_catalog()[part.scenario].fps
    return CameraPlan("evaluation", clip.name, source, fps, watches=(watch,))


def _event_card(plan: CameraPlan, truth: Truth, part: ScenarioTruth, pool: ModelPool) -> EventCard:
    found = [
        Occurrence(
            camera=truth.clip,
            scenario=part.scenario,
            zone=event.zone,
            begin_s=(event.first_seen_at - START).total_seconds(),
            end_s=(event.last_seen_at - START).total_seconds(),
            boxes=tuple(box for _, box in event.path),
        )
        for step in analyze_clip(plan, pool)
        for _, event in step.finished
    ]
    there = [
        Occurrence(
            camera=truth.clip,
            scenario=part.scenario,
            zone=happening.zone,
            begin_s=happening.begin_s,
            end_s=happening.end_s,
            boxes=() if happening.box is None else (happening.box,),
        )
        for happening in part.events
    ]
    score = compare(found, there, truth.duration_s / 3600)
    return EventCard(
        scenario=part.scenario,
        clip=truth.clip,
        hours=round(score.hours, 5),
        precision=rate(len(score.pairs), len(found)),
        recall=rate(len(score.pairs), len(there)),
        false_alarms_per_hour_at_most=round(
            poisson_upper(len(score.false_alarms)) / score.hours, 2
        ),
    )


class _Progress:
    """Notes how much is done, now and then."""

    def __init__(self, store: Store, evaluation_id: str) -> None:
        self._store = store
        self._evaluation_id = evaluation_id
        self._told_at = 0.0

    def tell(self, share: float) -> None:
        """How much is done, 0–1; raises GivenUpError if nobody waits any more."""
        if monotonic() - self._told_at < TELL_EVERY_S:
            return
        self._told_at = monotonic()
        with self._store.write() as session:
            if not jobs.go_on(session, Evaluation, self._evaluation_id, round(share, 3)):
                raise GivenUpError("nobody waits for this evaluation any more")


def main() -> None:
    """Do the evaluation that the first argument names."""
    os.nice(NICE)
    configure_logging()
    settings = Settings.model_validate_json(sys.stdin.read())
    store = Store(settings.store_url)
    try:
        run_evaluation(store, settings, sys.argv[1])
    except LonganError as error:
        sys.exit(str(error))
    finally:
        store.dispose()


if __name__ == "__main__":
    main()
