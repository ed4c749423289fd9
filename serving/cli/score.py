"""`longan score`: a clip's events against what a person says happens in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from algorithms.errors import LonganError
from scenarios.events import Event
from scenarios.rules import check_shapes
from scenarios.scenario import Scenario, load_catalog
from scenarios.score import Occurrence, ScenarioTruth, Score, Truth
from scenarios.score import score as compare
from serving.cli.analyze import shipped_models
from serving.settings import Settings
from serving.streams.offline import START, analyze_clip
from serving.streams.plan import CameraPlan, WatchPlan
from serving.streams.sources import SourceSpec


@dataclass(frozen=True, slots=True)
class _Result:
    """One scenario on one clip: its score, or why it could not run."""

    scenario: str
    score: Score | None
    events: Sequence[Occurrence] = ()
    why_not: str = ""


def score(
    clip: Annotated[Path, typer.Argument(help="The clip.")],
    truth: Annotated[Path, typer.Argument(help="What happens in it: a .json such as in truth/.")],
    scenario: Annotated[str | None, typer.Option(help="Only this one.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Analyse a clip and say which of its events are right, missed and false alarms."""
    known = Truth.from_file(truth)
    wanted = [t for t in known.scenarios if scenario in (None, t.scenario)]
    if not wanted:
        names = ", ".join(t.scenario for t in known.scenarios)
        raise LonganError(f"{truth} says nothing of {scenario!r}; it is about {names}")
    results = [_score(clip, known, part) for part in wanted]
    if as_json:
        typer.echo(json.dumps([_json(result) for result in results], ensure_ascii=False))
    else:
        _print(clip, results)


def _score(clip: Path, truth: Truth, part: ScenarioTruth) -> _Result:
    catalog = load_catalog()
    if part.scenario not in catalog:
        raise LonganError(f"no scenario {part.scenario!r}: expected one of {', '.join(catalog)}")
    try:
        plan = _plan(clip, catalog[part.scenario], part)
    except LonganError as error:
        return _Result(part.scenario, None, why_not=str(error))
    events = [
        _occurrence(clip.name, part.scenario, event)
        for step in analyze_clip(plan)
        for _, event in step.finished
    ]
    truths = [
        Occurrence(
            camera=clip.name,
            scenario=part.scenario,
            zone=happening.zone,
            begin_s=happening.begin_s,
            end_s=happening.end_s,
            boxes=() if happening.box is None else (happening.box,),
        )
        for happening in part.events
    ]
    return _Result(part.scenario, compare(events, truths, truth.duration_s / 3600), events)


def _plan(clip: Path, scenario: Scenario, part: ScenarioTruth) -> CameraPlan:
    models, helpers = shipped_models(scenario, Settings().weights_dir)
    rule = scenario.with_rule(part.rule)
    check_shapes(rule, part.zones)
    watch = WatchPlan(
        deployment_id="offline",
        deployment_revision=1,
        scenario=scenario.id,
        severity=scenario.severity,
        rule=rule,
        zones=part.zones,
        models=models,
        helpers=helpers,
    )
    source = SourceSpec(url=str(clip.absolute()), kind="file", loop=False, realtime=False)
    return CameraPlan("offline", clip.name, source, scenario.fps, watches=(watch,))


def _occurrence(camera: str, scenario: str, event: Event) -> Occurrence:
    def seconds(at: datetime) -> float:
        return round((at - START).total_seconds(), 2)

    return Occurrence(
        camera=camera,
        scenario=scenario,
        zone=event.zone,
        begin_s=seconds(event.first_seen_at),
        end_s=seconds(event.last_seen_at),
        boxes=tuple(box for _, box in event.path),
    )


def _json(result: _Result) -> dict[str, Any]:
    if result.score is None:
        return {"scenario": result.scenario, "not_run": result.why_not}
    said = {"scenario": result.scenario, **result.score.to_json()}
    said["false_alarms_at_s"] = [
        [result.events[e].begin_s, result.events[e].end_s] for e in result.score.false_alarms
    ]
    said["missed_truths"] = list(result.score.missed)
    return said


def _print(clip: Path, results: Sequence[_Result]) -> None:
    table = Table(
        "scenario", "found", "missed", "false", "precision", "recall", "false an hour",
        title=clip.name, caption="≥ and ≤: one-sided 95 % bounds",
    )  # fmt: skip
    for result in results:
        if result.score is None:
            table.add_row(result.scenario, "not run", *["-"] * 5)
            continue
        said = result.score.to_json()
        table.add_row(
            result.scenario,
            str(said["found"]),
            str(said["missed"]),
            str(said["false_alarms"]),
            _share(said["precision"], said["precision_at_least"]),
            _share(said["recall"], said["recall_at_least"]),
            f"{said['false_alarms_per_hour']:.1f} (≤ {said['false_alarms_per_hour_at_most']:.0f})",
        )
    console = Console()
    console.print(table)
    for result in results:
        if result.why_not:
            console.print(f"{result.scenario}: {result.why_not}", highlight=False)


def _share(value: float | None, at_least: float) -> str:
    return "-" if value is None else f"{value:.2f} (≥ {at_least:.2f})"
