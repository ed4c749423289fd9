"""What an examination says of one thing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from serving.settings import Settings

Verdict = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    thing: str
    verdict: Verdict
    what: str
    cure: str = ""
    """What to do; empty where nothing is to be done."""


Check = Callable[[Settings], Iterator[Finding]]
"""Looks at one side of an installation and changes nothing."""


def ok(thing: str, what: str) -> Finding:
    """Nothing to do."""
    return Finding(thing, "ok", what)


def warning(thing: str, what: str, cure: str) -> Finding:
    """It runs, but something will be missed."""
    return Finding(thing, "warning", what, cure)


def error(thing: str, what: str, cure: str) -> Finding:
    """It does not run, or not safely."""
    return Finding(thing, "error", what, cure)
