"""`longan analyze`: one clip, no server."""

import json
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from algorithms.catalog import shipped
from algorithms.errors import LonganError
from algorithms.manifest import AlgorithmManifest
from scenarios.events import Event
from scenarios.scenario import Scenario, load_catalog
from serving.inference.pool import Model
from serving.settings import Settings
from serving.streams.annotate import Annotator
from serving.streams.offline import START, analyze_clip
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec


def analyze(
    video: Annotated[Path, typer.Argument(help="The clip.")],
    scenario: Annotated[str, typer.Option(help="What to look for.")] = "rider-helmet",
    fps: Annotated[float, typer.Option(min=0.1, max=60, help="Pictures analysed a second.")] = 5.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    annotate: Annotated[
        Path | None, typer.Option(help="Write the clip with boxes and events drawn in (.mp4).")
    ] = None,
) -> None:
    """Analyse one clip through the platform's own pipeline and print its events."""
    plan = replace(_plan(video, scenario, fps), gated=annotate is None)  # no picture left out
    with ExitStack() as stack:
        bar = stack.enter_context(
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
        )
        task = bar.add_task(video.name, total=None)
        writer = stack.enter_context(Annotator(annotate, fps)) if annotate else None
        for step in analyze_clip(plan):
            if step.frame is not None and step.analysed is not None:
                seconds = (step.frame.captured_at - START).total_seconds()
                bar.update(task, description=f"{video.name}: {seconds:.1f} s")
                if writer is not None:
                    writer.write(step.frame, step.analysed)
            for watch, event in step.finished:
                said = _json(watch, event)
                typer.echo(json.dumps(said, ensure_ascii=False) if as_json else _line(said))
        bar.update(task, total=1, completed=1)


def _plan(video: Path, scenario_id: str, fps: float) -> CameraPlan:
    catalog = load_catalog()
    if scenario_id not in catalog:
        raise LonganError(f"no scenario {scenario_id!r}: expected one of {', '.join(catalog)}")
    scenario = catalog[scenario_id]
    required, helpers = shipped_models(scenario, Settings().weights_dir)
    watch = WatchPlan(
        deployment_id="offline",
        deployment_revision=1,
        scenario=scenario.id,
        severity=scenario.severity,
        rule=scenario.rule,
        zones=(),
        models=required,
        helpers=helpers,
    )
    source = SourceSpec(url=str(video.absolute()), kind="file", loop=False, realtime=False)
    return CameraPlan("offline", video.name, source, fps, watches=(watch,))


def shipped_models(
    scenario: Scenario, weights: Path
) -> tuple[tuple[Model, ...], tuple[Model, ...]]:
    """The shipped algorithms that the scenario requires, and its helpers."""
    known = {manifest.name: _model(manifest, weights) for manifest in shipped()}
    lacking = [w.name for w in scenario.algorithms if w.required and w.name not in known]
    if lacking:
        raise LonganError(
            f"{scenario.id} needs {', '.join(lacking)}, which does not come with this release; "
            f"it has {', '.join(known)}"
        )
    return (
        tuple(known[w.name] for w in scenario.algorithms if w.required),
        tuple(known[w.name] for w in scenario.algorithms if not w.required and w.name in known),
    )


def _model(manifest: AlgorithmManifest, weights: Path) -> Model:
    name = f"{manifest.name}-{manifest.version}"
    return Model(manifest=manifest, sha256=name, path=weights / f"{name}.onnx")


def _json(watch: WatchPlan, event: Event) -> dict[str, Any]:
    def seconds(at: datetime) -> float:
        return round((at - START).total_seconds(), 3)

    return {
        "scenario": watch.scenario,
        "severity": watch.severity,
        "rule": event.rule,
        "zone": event.zone,
        "confidence": event.confidence,
        "first_seen_s": seconds(event.first_seen_at),
        "opened_s": seconds(event.opened_at),
        "last_seen_s": seconds(event.last_seen_at),
        "occurrences": event.occurrences,
        "objects": [asdict(thing) for thing in event.objects],
        "algorithms": {m.manifest.name: m.manifest.version for m in watch.all_models},
    }


def _line(said: dict[str, Any]) -> str:
    first = next(iter(said["objects"]), None)
    about = f"{first['class_name']} #{first['track_id']}" if first else said["zone"] or "-"
    return (
        f"{said['opened_s']:8.2f} s  {said['scenario']}  {about}  {said['confidence']:.2f}  "
        f"seen {said['first_seen_s']:.2f}–{said['last_seen_s']:.2f} s"
    )
