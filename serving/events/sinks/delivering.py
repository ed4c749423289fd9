"""Brings messages to the sinks, beside the API."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic import TypeAdapter

from serving.events.sinks import AwayError, DeliveryError, GoneError, Sink, SinkSpec, open_sink
from serving.rounds import Rounds
from serving.store import Store, messages, sinks
from serving.store.models import Message, now
from serving.store.sink_models import Delivery

log = structlog.get_logger()

_SPEC: TypeAdapter[SinkSpec] = TypeAdapter(SinkSpec)
_AT_ONCE = 8

_LONGEST_PAUSE_S = 60.0
"""From one look for a receiver that is away to the next, at most; the first comes after one."""


@dataclass(slots=True)
class _Line:
    """What is remembered of a sink from one look to the next; its own thread alone uses it."""

    revision: int = 0
    receiver: Sink | None = None
    pause_s: float = 0.0
    away_until: datetime | None = None

    def close(self) -> None:
        if self.receiver is not None:
            self.receiver.close()
            self.receiver = None


class Delivering(Rounds):
    """Looks for messages and sends them, each sink in a thread of its own while it has work.

    Several may run beside each other; each message is sent at least once.

    Args:
        store: Where messages, sinks and deliveries are.
        every_s: Seconds from one look to the next.
        retry_after: From each failed attempt to the next.
        open_: Makes a sink of its spec and secret.
        lease: So long an attempt has before it is taken for broken off; longer than it can take.
    """

    def __init__(
        self,
        store: Store,
        every_s: float = 1.0,
        retry_after: Sequence[timedelta] = sinks.RETRY_AFTER,
        open_: Callable[[Any, str], Sink] = open_sink,
        lease: timedelta = sinks.LEASE,
    ) -> None:
        super().__init__(every_s)
        self._store = store
        self._retry_after = retry_after
        self._open = open_
        self._lease = lease
        self._lines: dict[str, _Line] = {}
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def _run(self) -> None:
        # As many receivers may be slow at the same time before another one waits.
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sink") as self._workers:
            super()._run()
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    def _round(self) -> None:
        with self._store.read() as session:
            known = {sink.id for sink in sinks.enabled(session)}
        for sink_id in known.union(self._lines):
            with self._lock:
                if sink_id in self._busy:
                    continue
                self._busy.add(sink_id)
            line = self._lines.setdefault(sink_id, _Line())
            if sink_id not in known:
                del self._lines[sink_id]
            self._workers.submit(self._serve, sink_id, line, told=sink_id in known)

    def _serve(self, sink_id: str, line: _Line, *, told: bool) -> None:
        try:
            if told:
                self._take_in(sink_id)
                self._send_due(sink_id, line)
            else:
                line.close()
        except Exception:
            log.exception("messages not sent", sink_id=sink_id)
            line.close()
        finally:
            with self._lock:
                self._busy.discard(sink_id)

    def _take_in(self, sink_id: str) -> None:
        more = True
        while more and not self._stopping.is_set():
            with self._store.read() as session:
                if messages.newest_seq(session) <= sinks.get(session, sink_id).position:
                    return
            with self._store.write() as session:
                more = sinks.take_in(session, sink_id, now())

    def _send_due(self, sink_id: str, line: _Line) -> None:
        """Send what is due, until nothing is or the receiver fails.

        It is asked again at the next look: one that is down is not run into over and over.
        """
        with self._store.read() as session:
            sink = sinks.get(session, sink_id)
            if line.revision != sink.revision:
                line.close()
                line.revision, line.away_until = sink.revision, None
            if line.away_until is not None and now() < line.away_until:
                return
            if not sinks.is_due(session, sink_id, now()):
                return
        if line.receiver is None:
            line.receiver = self._open(_SPEC.validate_python(sink.spec), sink.secret)
        with self._store.write() as session:
            claimed = sinks.claim(session, sink_id, now(), self._lease)
        while claimed is not None:
            claimed = self._send(sink_id, line, line.receiver, *claimed)

    def _send(
        self, sink_id: str, line: _Line, receiver: Sink, delivery: Delivery, message: Message
    ) -> tuple[Delivery, Message] | None:
        """Returns the next one, if this one was taken."""
        try:
            receiver.send(messages.cloud_event(message))
        except DeliveryError as error:
            line.close()
            log.warning("message not taken", sink_id=sink_id, message=message.id, why=str(error))
            with self._store.write() as session:
                if isinstance(error, AwayError):
                    line.pause_s = min(max(1.0, 2 * line.pause_s), _LONGEST_PAUSE_S)
                    line.away_until = now() + timedelta(seconds=line.pause_s)
                    sinks.put_back(session, delivery.id, line.away_until, str(error))
                else:
                    sinks.refused(session, delivery.id, now(), str(error), self._retry_after)
                if isinstance(error, GoneError):
                    sinks.replace(session, sink_id, None, {"enabled": False})
            return None
        line.pause_s, line.away_until = 0.0, None
        with self._store.write() as session:
            sinks.delivered(session, delivery.id, now())
            if self._stopping.is_set():
                return None
            return sinks.claim(session, sink_id, now(), self._lease)
