"""Brings messages to the sinks, beside the API."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from pydantic import TypeAdapter

from serving.events.sinks import DeliveryError, GoneError, Sink, SinkSpec, open_sink
from serving.rounds import Rounds
from serving.store import Store, messages, sinks
from serving.store.models import now

log = structlog.get_logger()

_SPEC: TypeAdapter[SinkSpec] = TypeAdapter(SinkSpec)
_AT_ONCE = 8


class Delivering(Rounds):
    """Looks for messages and sends them, each sink in a thread of its own while it has work.

    Several may run beside each other; each message is sent at least once.

    Args:
        store: Where messages, sinks and deliveries are.
        every_s: Seconds from one look to the next.
        retry_after: From each failed attempt to the next.
        open_: Makes a sink of its spec and secret.
    """

    def __init__(
        self,
        store: Store,
        every_s: float = 1.0,
        retry_after: Sequence[timedelta] = sinks.RETRY_AFTER,
        open_: Callable[[Any, str], Sink] = open_sink,
    ) -> None:
        super().__init__(every_s)
        self._store = store
        self._retry_after = retry_after
        self._open = open_
        self._busy: set[str] = set()
        self._lock = threading.Lock()

    def _run(self) -> None:
        # As many receivers may be slow at the same time before another one waits.
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="sink") as self._workers:
            super()._run()

    def _round(self) -> None:
        with self._store.read() as session:
            known = [sink.id for sink in sinks.enabled(session)]
        for sink_id in known:
            with self._lock:
                if sink_id in self._busy:
                    continue
                self._busy.add(sink_id)
            self._workers.submit(self._serve, sink_id)

    def _serve(self, sink_id: str) -> None:
        try:
            self._take_in(sink_id)
            self._send_due(sink_id)
        except Exception:
            log.exception("messages not sent", sink_id=sink_id)
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

    def _send_due(self, sink_id: str) -> None:
        """Send what is due, until nothing is or the receiver fails.

        It is asked again at the next look: one that is down is not run into over and over.
        """
        with self._store.read() as session:
            if not sinks.is_due(session, sink_id, now()):
                return
            sink = sinks.get(session, sink_id)
        receiver = self._open(_SPEC.validate_python(sink.spec), sink.secret)
        try:
            while not self._stopping.is_set() and self._send_next(sink_id, receiver):
                pass
        finally:
            receiver.close()

    def _send_next(self, sink_id: str, receiver: Sink) -> bool:
        with self._store.write() as session:
            claimed = sinks.claim(session, sink_id, now())
        if claimed is None:
            return False
        delivery, message = claimed
        try:
            receiver.send(messages.cloud_event(message))
        except DeliveryError as error:
            log.warning("message not taken", sink_id=sink_id, message=message.id, why=str(error))
            with self._store.write() as session:
                sinks.refused(session, delivery.id, now(), str(error), self._retry_after)
                if isinstance(error, GoneError):
                    sinks.replace(session, sink_id, None, {"enabled": False})
            return False
        with self._store.write() as session:
            sinks.delivered(session, delivery.id, now())
        return True
