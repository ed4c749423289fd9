"""One camera's reading thread: keeps its newest picture, notices trouble, comes back by itself."""

import contextlib
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from algorithms.camera_health import Trouble
from algorithms.frame import Frame
from serving.streams.connecting import connecting
from serving.streams.errors import SourceError
from serving.streams.rate import Rate
from serving.streams.redact import redact
from serving.streams.sources import (
    Checkpoint,
    Decoding,
    Picture,
    Sign,
    Source,
    SourceSpec,
    StreamInfo,
    open_source,
)
from serving.streams.state import Limits, State, StateMachine

Result = TypeVar("Result")

log = structlog.get_logger(__name__)

PATIENCE_S = 15.0
"""A connection that brings no good picture for so long is given up and made anew."""

NICER = 5
"""Readers give way to inference: a picture not read in time is replaced by the next one."""

Connect = Callable[[SourceSpec, str, Checkpoint | None], Source]


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """What there is to know about a camera's stream at one moment.

    Args:
        state: See `StateMachine`.
        reason: One word for what is wrong; None where nothing is.
        message: The same in a sentence, without the address.
        since: When it came into this state.
        retries: Failed connections in a row.
        width_px: Of the picture; None until connected once.
        height_px: Of the picture; None until connected once.
        source_fps: Pictures a second that really come; None while none do.
        last_frame_at: When the newest picture arrived, by our clock.
        clock_offset_s: The camera's clock minus ours; None where it does not tell the time.
    """

    state: State
    reason: str | None
    message: str | None
    since: datetime
    retries: int
    width_px: int | None
    height_px: int | None
    source_fps: float | None
    last_frame_at: datetime | None
    clock_offset_s: float | None


def limits_for(spec: SourceSpec) -> Limits:
    """A snapshot camera is silent between polls, and each of its pictures stands for itself."""
    if spec.kind == "snapshot":
        return Limits(good_pictures=1, silence_s=max(Limits().silence_s, 4 * spec.poll_s))
    return Limits()


class Reader:
    """Reads one camera in a thread of its own, so that a bad camera harms no other.

    Args:
        camera_id: Goes into every frame and log line.
        spec: What to read.
        due: Which pictures are worth keeping, by `captured_at`; the others are decoded only.
            None: all.
        checkpoint: Where a file goes on.
        on_due: Called from the reading thread when a due picture was kept; it must be quick.
        connect: Makes the source for each attempt.
    """

    def __init__(
        self,
        camera_id: str,
        spec: SourceSpec,
        *,
        due: Callable[[datetime], bool] | None = None,
        checkpoint: Checkpoint | None = None,
        on_due: Callable[[], None] | None = None,
        connect: Connect = open_source,
    ) -> None:
        self._camera_id = camera_id
        self._spec = spec
        self._due = due
        self._on_due = on_due
        self._connect = connect
        self._checkpoint = checkpoint
        self._source: Source | None = None
        self._info: StreamInfo | None = None
        self._newest: Picture | None = None
        self._last_frame_at: datetime | None = None
        self._rate = Rate()
        self._decoding: Decoding = "all"
        self._cpu_s = 0.0
        self._decode_errors = 0
        self._machine = StateMachine(datetime.now(UTC), limits_for(spec))
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"reader-{camera_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def take_newest(self) -> Frame | None:
        """The newest due picture, each at most once; None if none came since."""
        with self._lock:
            picture, self._newest = self._newest, None
        self._change(self._tick)
        return picture.frame() if picture else None

    @property
    def has_newest(self) -> bool:
        """Whether `take_newest` would bring a picture."""
        return self._newest is not None

    @property
    def status(self) -> StreamStatus:
        self._change(self._tick)
        return self._snapshot()

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Where a file stands, to be given to the next reader of this camera."""
        source = self._source
        return source.checkpoint if source else self._checkpoint

    @property
    def decode_errors(self) -> int:
        """Pictures that could not be decoded since the start."""
        return self._decode_errors

    @property
    def cpu_s(self) -> float:
        """CPU seconds that reading and decoding took so far."""
        return self._cpu_s

    @property
    def decoding(self) -> Decoding:
        """Which pictures are decoded: fewer is the way to shed load."""
        return self._decoding

    @decoding.setter
    def decoding(self, value: Decoding) -> None:
        self._decoding = value
        if self._source:
            self._source.decoding = value

    @property
    def is_behind(self) -> bool:
        """Whether the camera is faster than we read: only keyframes are decoded for now."""
        source = self._source
        return source is not None and source.is_behind

    def judge(self, trouble: Trouble | None) -> None:
        """What is wrong with the pictures themselves, as whoever looks at them says."""
        self._change(lambda now: self._machine.picture_trouble(now, trouble))

    def stop(self, timeout_s: float = 2.0) -> None:
        """Ends reading. A thread that hangs in the network is left to its own time-out."""
        self._stopping.set()
        if self._source:
            self._source.close()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        if self._thread.is_alive():
            log.warning("reader hangs, left to its time-out", camera_id=self._camera_id)

    def _run(self) -> None:
        _give_way()
        while not self._stopping.is_set():
            retry_s = self._attempt()
            if retry_s is None or self._stopping.wait(retry_s):
                return

    def _attempt(self) -> float | None:
        """Connects and reads until it ends; seconds until the next attempt, None for never."""
        self._change(self._machine.connecting)
        try:
            self._read()
            reason, message = "ended", "The file was played to its end."
        except SourceError as error:
            reason, message = error.reason, error.message
        except Exception as error:
            text = redact(traceback.format_exc(), self._spec.url)
            log.error("reader failed", camera_id=self._camera_id, traceback=text)
            reason = "unreachable"
            message = f"Reading failed with {type(error).__name__}; see the log."
        with self._lock:
            self._rate.clear()
        if self._stopping.is_set():
            return None
        return self._change(lambda now: self._machine.failed(now, reason, message))

    def _read(self) -> None:
        source = self._connect(self._spec, self._camera_id, self.checkpoint)
        source.decoding = self._decoding
        self._source = source
        try:
            with connecting(self._machine.current, self._stopping) as may:
                if not may:
                    return
                self._info = source.open()
            self._listen(source)
        finally:
            source.close()

    def _tick(self, now: datetime) -> None:
        self._machine.tick(now)
        if self._spec.kind == "stream":
            promised_fps = self._info.fps if self._info else None
            self._machine.rate(now, self._rate.per_second, promised_fps)

    def _listen(self, source: Source) -> None:
        good_s = time.monotonic()
        for picture in source.pictures():
            if self._stopping.is_set():
                return
            self._cpu_s = time.thread_time()
            if isinstance(picture, Picture):
                good_s = time.monotonic()
                self._keep(picture)
                continue
            if picture is Sign.SKIPPED:
                good_s = time.monotonic()
                self._skip()
            elif picture is Sign.ALIVE:
                self._change(self._machine.alive)
            else:
                self._count_decode_error()
            if self._spec.kind == "stream" and time.monotonic() - good_s > PATIENCE_S:
                raise SourceError(
                    "decode_errors", f"No picture could be decoded for {PATIENCE_S:g} s."
                )

    def _keep(self, picture: Picture) -> None:
        due = self._due is None or self._due(picture.captured_at)
        with self._lock:
            self._rate.seen(time.monotonic())
            self._last_frame_at = datetime.now(UTC)
            self._newest = picture if due else self._newest
        self._change(self._machine.picture)
        if due and self._on_due:
            self._on_due()

    def _skip(self) -> None:
        with self._lock:
            self._rate.seen(time.monotonic())
        self._change(self._machine.skipped)

    def _count_decode_error(self) -> None:
        self._decode_errors += 1
        self._change(self._machine.decode_error)

    def _snapshot(self) -> StreamStatus:
        with self._lock:
            now = self._machine.current
            fps = self._rate.per_second
        if now.state not in ("online", "degraded") or now.reason == "no_signal":
            fps = None
        return StreamStatus(
            state=now.state,
            reason=now.reason,
            message=now.message,
            since=now.since,
            retries=now.retries,
            width_px=self._info.width_px if self._info else None,
            height_px=self._info.height_px if self._info else None,
            source_fps=None if fps is None else round(fps, 2),
            last_frame_at=self._last_frame_at,
            clock_offset_s=self._source.clock_offset_s if self._source else None,
        )

    def _change(self, happened: Callable[[datetime], Result]) -> Result:
        """Tells the state machine what happened, and everybody else if that changed something."""
        with self._lock:
            before = self._machine.current
            result = happened(datetime.now(UTC))
            after = self._machine.current
        if (before.state, before.reason) != (after.state, after.reason):
            log.info(
                "stream state changed",
                camera_id=self._camera_id,
                state=after.state,
                reason=after.reason,
                retries=after.retries,
            )
        return result


def _give_way() -> None:
    """Lowers the calling thread's priority; Linux has one for each thread."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICER)
