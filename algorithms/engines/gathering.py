"""Several callers, one call: a GPU does eight pictures in little more time than one."""

import threading
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from algorithms.engines import Device, Engine
from algorithms.errors import ModelError

DEADLINE_S = 0.005
"""Longest wait for others, from the first picture on."""

LARGEST = 8
"""Pictures in one call."""


@dataclass(slots=True)
class _Call:
    """Pictures that go together, and what came out for them."""

    batches: list[NDArray[np.float32]] = field(default_factory=list[NDArray[np.float32]])
    pictures: int = 0
    closed: bool = False
    done: threading.Event = field(default_factory=threading.Event)
    output: NDArray[np.float32] | None = None
    error: Exception | None = None


class GatheringEngine:
    """An engine whose callers are gathered into batches, across cameras.

    The first caller waits for others until the batch is full or the deadline has passed, then
    runs it for all of them.

    Args:
        engine: Takes batches of any size.
        largest: Pictures in one call.
        deadline_s: Longest wait for others.
    """

    def __init__(
        self, engine: Engine, *, largest: int = LARGEST, deadline_s: float = DEADLINE_S
    ) -> None:
        self._engine = engine
        self._largest = largest
        self._deadline_s = deadline_s
        self._changed = threading.Condition()
        self._open: _Call | None = None

    @property
    def description(self) -> str:
        return f"{self._engine.description}, batches up to {self._largest}"

    @property
    def device(self) -> Device:
        return self._engine.device

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        return self._engine.input_shape

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        call, first, mine = self._join(batch)
        if first:
            self._wait_for_others(call)
            try:
                call.output = self._engine.run(np.concatenate(call.batches))
            except Exception as error:  # every caller is to hear of it
                call.error = error
            call.done.set()
        call.done.wait()
        if call.error is not None:
            raise ModelError(str(call.error)) from call.error
        assert call.output is not None
        return call.output[mine]

    def _join(self, batch: NDArray[np.float32]) -> tuple[_Call, bool, slice]:
        with self._changed:
            call = self._open
            first = call is None or call.pictures + len(batch) > self._largest
            if call is None or first:
                self._close(call)
                call = self._open = _Call()
            mine = slice(call.pictures, call.pictures + len(batch))
            call.batches.append(batch)
            call.pictures += len(batch)
            if call.pictures >= self._largest:
                self._close(call)
            return call, first, mine

    def _close(self, call: _Call | None) -> None:
        if call is not None:
            call.closed = True
            self._open = None
            self._changed.notify_all()

    def _wait_for_others(self, call: _Call) -> None:
        deadline_s = time.monotonic() + self._deadline_s
        with self._changed:
            while not call.closed and (left_s := deadline_s - time.monotonic()) > 0:
                self._changed.wait(left_s)
            if not call.closed:
                self._close(call)
