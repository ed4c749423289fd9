"""One node's pipeline in this process, without Ray, and what it does."""

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog

from algorithms.engines.choose import Choice
from algorithms.frame import Frame
from benchmarks.harness import percentile
from benchmarks.plans import live_plan
from serving.events.recorder import Recorder
from serving.settings import Settings
from serving.store import Store, cameras, model_status, sealing
from serving.store.models import Camera
from serving.store.secret_keys import keys_of
from serving.streams.analysis import Analysed, CameraAnalysis
from serving.streams.pipeline import Pipeline
from serving.streams.plan import WatchPlan

APART_S = 0.37
"""Between two new cameras: no whole part of the time between two keyframes."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Where one camera sends: its stream, or its sub-stream and its main stream."""

    url: str
    main: str | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """A stretch of time."""

    cameras: int
    analysed_fps: float
    """Over all cameras, counted where pictures leave the analysis."""
    share_of_wanted: float
    """What the status says was analysed ÷ what the gate wished for."""
    latency_ms_p50: float | None
    latency_ms_p99: float | None
    """From the capture of a picture to the end of its analysis."""
    cpu_cores: float
    cpu_ms_per_picture: dict[str, float]
    """Of each kind of thread: lanes, readers, recorder, clips, pipeline; over analysed pictures."""
    decoding: dict[str, int]
    """Cameras by what of their stream is decoded."""


class Node:
    """Made by `running_node`."""

    def __init__(self, folder: Path, engine: Choice) -> None:
        sealing.hold(keys_of(Settings(data_dir=folder)))
        self._store = Store(f"sqlite:///{folder / 'longan.db'}")
        self._store.migrate()
        recorder = Recorder(self._store, folder / "evidence", folder / "spool")
        self._pipeline = Pipeline(self._store, recorder, "bench", engine=engine)
        self._latencies_ms: list[float] = []
        self._ids: list[str] = []
        self._running, self._fps = 0, 0.0

    def run(self, feeds: Sequence[Feed], watch: WatchPlan, fps: float, *, gate: bool) -> None:
        """Run exactly these cameras.

        New ones start one after the other: a city's keyframes do not come at once.
        """
        while len(self._ids) < len(feeds):
            self._add(feeds[len(self._ids)].url)
        plans = [
            live_plan(camera_id, feed.url, [watch], fps, main=feed.main, gate=gate)
            for camera_id, feed in zip(self._ids, feeds, strict=False)
        ]
        for count in range(min(self._running + 1, len(plans)), len(plans) + 1):
            self._pipeline.apply(plans[:count])
            time.sleep(APART_S)
        self._running = len(feeds)
        self._fps = fps

    def measure(self, warm_s: float, seconds: float) -> Measured:
        """Wait until engines are compared and it has settled, then look on for a while."""
        while not self._compared():
            time.sleep(1)
        time.sleep(warm_s)
        self._latencies_ms.clear()
        started_s, cpu_s, by_thread = time.monotonic(), time.process_time(), _thread_cpu_s()
        shares: list[float] = []
        while time.monotonic() - started_s < seconds:
            time.sleep(1)
            shares.append(self._share())
        passed_s = time.monotonic() - started_s
        latencies = list(self._latencies_ms)
        spent_s = {kind: s - by_thread.get(kind, 0.0) for kind, s in _thread_cpu_s().items()}
        return Measured(
            cameras=self._running,
            analysed_fps=round(len(latencies) / passed_s, 2),
            share_of_wanted=round(sum(shares) / len(shares), 3),
            latency_ms_p50=percentile(latencies, 50),
            latency_ms_p99=percentile(latencies, 99),
            cpu_cores=round((time.process_time() - cpu_s) / passed_s, 2),
            cpu_ms_per_picture={
                kind: round(1000 * s / max(1, len(latencies)), 1) for kind, s in spent_s.items()
            },
            decoding=self._decoding(),
        )

    def _add(self, url: str) -> None:
        with self._store.write() as session:
            camera = Camera(name=f"camera {len(self._ids)}", url=url, kind="stream")
            row = cameras.create(session, camera)
        self._ids.append(row.id)

    def _statuses(self) -> Mapping[str, Any]:
        with self._store.read() as session:
            return cameras.statuses(session, self._ids[: self._running])

    def _share(self) -> float:
        seen = self._statuses().values()
        wanted = sum(self._fps if s.wanted_fps is None else s.wanted_fps for s in seen)
        return sum(s.analysed_fps or 0.0 for s in seen) / max(wanted, 1e-6)

    def _compared(self) -> bool:
        with self._store.read() as session:
            return bool(model_status.measured(session))

    def _decoding(self) -> dict[str, int]:
        said = [status.decoding or "all" for status in self._statuses().values()]
        return {word: said.count(word) for word in sorted(set(said))}

    def start(self) -> None:
        self._pipeline.start()

    def note(self, frame: Frame) -> None:
        late = datetime.now(UTC) - frame.captured_at
        self._latencies_ms.append(round(late.total_seconds() * 1000, 1))

    def stop(self) -> None:
        self._pipeline.stop()
        self._store.dispose()


def _thread_cpu_s() -> dict[str, float]:
    """User and system seconds so far of this process's threads, by the first word of their names.

    Threads that are no Python's, such as those of an engine, are `other`.
    """
    names = {thread.native_id: thread.name for thread in threading.enumerate()}
    found: dict[str, float] = {}
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it has ended
            user, system = (task / "stat").read_text().rpartition(")")[2].split()[11:13]
            kind = names.get(int(task.name), "other").partition("-")[0]
            ticks = int(user) + int(system)
            found[kind] = found.get(kind, 0.0) + ticks / os.sysconf("SC_CLK_TCK")
    return found


@contextmanager
def running_node(engine: Choice = "auto") -> Generator[Node]:
    """A pipeline with a store of its own; every analysed picture is noted."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    folder = Path(tempfile.mkdtemp(prefix="longan-bench-node-"))
    node = Node(folder, engine)
    update = CameraAnalysis.update

    def noted(self: CameraAnalysis, frame: Frame, *more: Any, **named: Any) -> Analysed:
        analysed = update(self, frame, *more, **named)
        node.note(frame)
        return analysed

    CameraAnalysis.update = noted
    try:
        node.start()
        yield node
    finally:
        node.stop()
        CameraAnalysis.update = update
        shutil.rmtree(folder, ignore_errors=True)
