"""What the gate saves and what it misses, against analysing every due picture.

    python benchmarks/gate.py [--pieces N]

Each piece is analysed twice at 5 pictures a second by three scenarios at once. An event of the
full run is recalled if the gated run has one of the same scenario whose time overlaps within two
seconds and whose path comes near. "Compute" is the CPU of the whole process, decoding and the gate
included; the network's alone is given beside it.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from algorithms.detector import Detector
from benchmarks.day_mix import pieces
from benchmarks.harness import Bar, arguments, write
from benchmarks.plans import clip_plan, scenario_watch, settled
from scenarios.events import Box, Event
from serving.inference.pool import ModelPool
from serving.streams.offline import analyze_clip

SCENARIOS = ("rider-helmet", "cycles-in-car-lane", "danger-zone")
SLACK_S = 2.0
NEAR, REACH_PER_S = 1.0, 1.5
"""How far, in sizes of the box, two sightings of one thing may lie apart: at once, and a second."""


@dataclass(slots=True)
class Run:
    """One analysis of one or more clips."""

    cpu_s: float = 0.0
    network_cpu_s: float = 0.0
    asked: int = 0
    """Pictures given to a network; one that two networks see counts twice."""
    events: list[tuple[str, str, Event]] = field(default_factory=list[tuple[str, str, Event]])
    """Clip, scenario, event."""

    def __add__(self, other: "Run") -> "Run":
        return Run(
            self.cpu_s + other.cpu_s,
            self.network_cpu_s + other.network_cpu_s,
            self.asked + other.asked,
            self.events + other.events,
        )


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--pieces", type=int, help="only the first so many")
    asked = parser.parse_args()
    scenes = pieces(asked.media, 1 if asked.quick else asked.pieces)
    models = {m.sha256: m for name in SCENARIOS for m in scenario_watch(name).all_models}
    pool = settled(models.values())
    busy = both([scene.clip for scene in scenes], pool)
    mix = both([scene.mixed for scene in scenes], pool)
    on_busy, on_mix = compare(*busy), compare(*mix)
    bars = [
        Bar(
            "Gate on the day-like mix: compute saved",
            "≥ 60 %",
            f"{on_mix['compute_saved_pct']:.1f} %",
            on_mix["compute_saved_pct"] >= 60,
        ),
        _recall_bar("Gate on the day-like mix: event recall", on_mix),
        _recall_bar("Gate on the busy clips alone: event recall", on_busy),
    ]
    figures = {
        "scenes": [scene.clip.name for scene in scenes],
        "mix_s": round(3 * sum(scene.busy_s for scene in scenes), 1),
        "scenarios": SCENARIOS,
        "engines": sorted({pool.load(model).engine.description for model in models.values()}),
        "day_like_mix": on_mix,
        "busy_clips": on_busy,
    }
    write("gate", figures, bars, quick=asked.quick)


def both(clips: Sequence[Path], pool: ModelPool) -> tuple[Run, Run]:
    """All due pictures, then with the gate; clip by clip, so that noise meets both alike."""
    full, gated = Run(), Run()
    for clip in clips:
        full += run(clip, pool, gate=False)
        gated += run(clip, pool, gate=True)
        print(f"{clip.name}: {full.cpu_s:.1f} and {gated.cpu_s:.1f} CPU-s so far", flush=True)
    return full, gated


def run(clip: Path, pool: ModelPool, *, gate: bool) -> Run:
    """One clip to its end."""
    result = Run()
    detect = Detector.detect

    def counted(self: Detector, images: Any, *more: Any, **named: Any) -> Any:
        started_s = time.process_time()
        found = detect(self, images, *more, **named)
        result.network_cpu_s += time.process_time() - started_s
        result.asked += len(images)
        return found

    plan = clip_plan(clip, [scenario_watch(name) for name in SCENARIOS], gate=gate)
    Detector.detect = counted
    started_s = time.process_time()
    try:
        for step in analyze_clip(plan, pool):
            result.events += [(clip.name, w.scenario, e) for w, e in step.finished]
    finally:
        Detector.detect = detect
    result.cpu_s = time.process_time() - started_s
    return result


def compare(full: Run, gated: Run) -> dict[str, Any]:
    """The figures of one pair of runs."""
    missed = unmatched(full.events, gated.events)
    extra = unmatched(gated.events, full.events)
    return {
        "compute_saved_pct": round(100 * (1 - gated.cpu_s / full.cpu_s), 1),
        "network_cpu_saved_pct": round(100 * (1 - gated.network_cpu_s / full.network_cpu_s), 1),
        "network_pictures_saved_pct": round(100 * (1 - gated.asked / full.asked), 1),
        "cpu_s": [round(full.cpu_s, 1), round(gated.cpu_s, 1)],
        "events": [len(full.events), len(gated.events)],
        "event_recall_pct": (
            round(100 * (1 - len(missed) / len(full.events)), 2) if full.events else None
        ),
        "missed": [_said(*item) for item in missed],
        "extra": [_said(*item) for item in extra],
    }


def unmatched(
    events: Iterable[tuple[str, str, Event]], others: Sequence[tuple[str, str, Event]]
) -> list[tuple[str, str, Event]]:
    return [
        (clip, scenario, event)
        for clip, scenario, event in events
        if not any(
            (clip, scenario) == (their_clip, their_scenario) and same(event, their)
            for their_clip, their_scenario, their in others
        )
    ]


def same(a: Event, b: Event) -> bool:
    """Whether both are about one thing: at one time and at one place."""
    gap_s = max(
        (a.first_seen_at - b.last_seen_at).total_seconds(),
        (b.first_seen_at - a.last_seen_at).total_seconds(),
    )
    return gap_s <= SLACK_S and any(
        abs((at - then).total_seconds()) <= SLACK_S
        and distance(box, other) <= NEAR + REACH_PER_S * abs((at - then).total_seconds())
        for at, box in a.path
        for then, other in b.path
    )


def distance(a: Box, b: Box) -> float:
    """Between the centres, per axis in sizes of the larger box, the longer of the two."""
    width = max(a[2] - a[0], b[2] - b[0], 1e-6)
    height = max(a[3] - a[1], b[3] - b[1], 1e-6)
    return max(
        abs(a[0] + a[2] - b[0] - b[2]) / 2 / width, abs(a[1] + a[3] - b[1] - b[3]) / 2 / height
    )


def _said(clip: str, scenario: str, event: Event) -> str:
    subject = event.objects[0]
    return (
        f"{clip} {event.opened_at:%M:%S} {scenario} {subject.class_name} {event.confidence:.2f}, "
        f"seen for {(event.last_seen_at - event.first_seen_at).total_seconds():.1f} s"
    )


def _recall_bar(figure: str, result: dict[str, Any]) -> Bar:
    recall = result["event_recall_pct"]
    if recall is None:
        return Bar(figure, "≥ 99 %", "no events", None)
    return Bar(figure, "≥ 99 %", f"{recall:.1f} % of {result['events'][0]}", recall >= 99)


if __name__ == "__main__":
    main()
