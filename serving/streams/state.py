"""What state a camera's stream is in.

    registered → probing → online ⇄ degraded(reason) → offline(retry n) → online …
    any of them → disabled

A stream that is tried again stays offline until pictures come: people want one message when a
camera goes and one when it is back.

Pure: the reader says what happened and when, this says what that means.
"""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from algorithms.camera_health import Trouble

State = Literal["registered", "probing", "online", "degraded", "offline", "disabled"]

RETRY_MAX_S = 60.0
SLOW_RETRY = ("auth_failed", "unsupported")
"""Trying again soon cannot help, and cameras lock out who tries wrong passwords."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a stream counts as well.

    Args:
        good_pictures: So many in a row bring a stream online.
        silence_s: Without any sign for so long it is degraded: `no_signal`.
        bad_share: From this share of undecodable pictures on it is degraded: `decode_errors`;
            it recovers below a quarter of it.
        steady_s: After so long online the back-off begins anew.
        low_fps_share: Below this share of the pictures that the stream promises, for
            `low_fps_s`, it is degraded: `low_fps`. A little less than half: cameras halve their
            rate at night.
        low_fps_s: See there.
    """

    good_pictures: int = 5
    silence_s: float = 5.0
    bad_share: float = 0.2
    steady_s: float = 5.0
    low_fps_share: float = 0.45
    low_fps_s: float = 10.0


@dataclass(frozen=True, slots=True)
class StreamState:
    """The state at one moment; `message` says what is wrong, in words, without the address."""

    state: State
    reason: str | None
    message: str | None
    since: datetime
    retries: int


class StateMachine:
    """One stream's state; times are aware and rise from call to call.

    Args:
        now: When the camera was registered here.
        limits: When it counts as well.
        jitter: A number in `[0, 1)`, so that cameras behind one switch don't return as one.
    """

    _WINDOW = 50
    _WINDOW_MIN = 10

    def __init__(
        self,
        now: datetime,
        limits: Limits | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._limits = limits or Limits()
        self._jitter = jitter
        self._recent: deque[bool] = deque(maxlen=self._WINDOW)  # True: could not be decoded
        self._good_in_a_row = 0
        self._heard_at = now
        self._online_since: datetime | None = None
        self._trouble: Trouble | None = None
        self._slow_since: datetime | None = None
        self._slow: str | None = None
        self.current = StreamState("registered", None, None, now, 0)

    def connecting(self, now: datetime) -> None:
        """A connection is being tried."""
        self._recent.clear()
        self._good_in_a_row = 0
        self._slow_since = self._slow = None
        if self.current.state == "registered":
            self._enter(now, "probing", None, None)

    def picture(self, now: datetime) -> None:
        """A good picture came."""
        self.tick(now)
        self._recent.append(False)
        self._good_in_a_row += 1
        self._heard_at = now
        self._judge(now)

    def skipped(self, now: datetime) -> None:
        """A picture came that nobody asked to decode."""
        self.tick(now)
        self._good_in_a_row += 1
        self._heard_at = now
        self._judge(now)

    def picture_trouble(self, now: datetime, trouble: Trouble | None) -> None:
        """What is wrong with the pictures that come; None: nothing any more."""
        self._trouble = trouble
        self._judge(now)

    def rate(self, now: datetime, fps: float | None, promised_fps: float | None) -> None:
        """So many pictures a second come, and so many should; None where that is not known."""
        if fps is None or not promised_fps or fps >= self._limits.low_fps_share * promised_fps:
            self._slow_since = self._slow = None
        else:
            self._slow_since = self._slow_since or now
            if (now - self._slow_since).total_seconds() >= self._limits.low_fps_s:
                self._slow = (
                    f"{fps:.1f} pictures a second come; the stream promises {promised_fps:.0f}."
                )
        self._judge(now)

    def alive(self, now: datetime) -> None:
        """The camera was heard, without a new picture."""
        self.tick(now)
        self._heard_at = now
        self._judge(now)

    def decode_error(self, now: datetime) -> None:
        """A picture came that could not be decoded."""
        self.tick(now)
        self._recent.append(True)
        self._good_in_a_row = 0
        self._heard_at = now
        self._judge(now)

    def tick(self, now: datetime) -> None:
        """Time went by."""
        if not self._is_up:
            return
        silence_s = (now - self._heard_at).total_seconds()
        if silence_s >= self._limits.silence_s:
            self._good_in_a_row = 0
            self._degrade(now, "no_signal", f"No picture for {self._limits.silence_s:g} s.")
        elif self._online_since and (now - self._online_since).total_seconds() >= (
            self._limits.steady_s
        ):
            self.current = replace(self.current, retries=0)

    def failed(self, now: datetime, reason: str, message: str) -> float | None:
        """The connection failed or broke off; seconds until the next try, None for never."""
        self.tick(now)
        self._good_in_a_row = 0  # whoever judges or measures from now on judges what was
        if reason == "ended":
            self._enter(now, "offline", reason, message)
            return None
        self.current = replace(self.current, retries=self.current.retries + 1)
        self._online_since = None
        self._enter(now, "offline", reason, message)
        if reason in SLOW_RETRY:
            wait_s = RETRY_MAX_S
        else:
            wait_s = min(RETRY_MAX_S, 2.0 ** min(self.current.retries - 1, 10))
        return wait_s * (0.8 + 0.2 * self._jitter())

    def disabled(self, now: datetime) -> None:
        """Somebody switched the camera off."""
        self._enter(now, "disabled", None, None)

    @property
    def _is_up(self) -> bool:
        return self.current.state in ("online", "degraded")

    def _judge(self, now: datetime) -> None:
        bad, seen = sum(self._recent), len(self._recent)
        # A stream joined between two keyframes begins with errors: wait for a full window.
        share = bad / seen if seen >= (self._WINDOW_MIN if self._is_up else self._WINDOW) else 0.0
        suffers = self.current.state == "degraded" and self.current.reason == "decode_errors"
        if share >= self._limits.bad_share / (4 if suffers else 1):
            text = f"{bad} of the last {seen} pictures could not be decoded."
            self._degrade(now, "decode_errors", text)
        elif self._good_in_a_row >= self._limits.good_pictures:
            if not self._is_up:
                self._recent.clear()
            self._online_since = self._online_since or now
            if self._trouble:
                self._enter(now, "degraded", self._trouble.reason, self._trouble.message)
            elif self._slow:
                self._enter(now, "degraded", "low_fps", self._slow)
            else:
                self._enter(now, "online", None, None)

    def _degrade(self, now: datetime, reason: str, message: str) -> None:
        self._online_since = None
        self._enter(now, "degraded", reason, message)

    def _enter(self, now: datetime, state: State, reason: str | None, message: str | None) -> None:
        if (state, reason) == (self.current.state, self.current.reason):
            return
        self.current = replace(self.current, state=state, reason=reason, message=message, since=now)
