"""What an installed extra may bring to Longan, such as training does.

A plugin is an object behind an entry point of the group `longan.plugins`. Serving knows it by this
protocol only and never imports its package by name.
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Protocol

import typer


class Plugin(Protocol):
    """One of them."""

    @property
    def jobs(self) -> Mapping[str, str]:
        """By API resource, such as `training-runs`: the module that does one job of it.

        `python -m MODULE ID` runs in a process of its own (`serving/streams/job_process.py`), with
        the settings on standard input and the job's row in the store. Without one the resource's
        POST answers 501.
        """
        ...

    def cli(self, app: typer.Typer) -> None:
        """Add commands to `longan`."""
        ...


@cache
def installed() -> tuple[Plugin, ...]:
    """The plugins whose extra is installed."""
    found: list[Plugin] = []
    for entry in entry_points(group="longan.plugins"):
        try:
            found.append(entry.load())
        except ModuleNotFoundError as error:
            if error.name and error.name.partition(".")[0] == entry.module.partition(".")[0]:
                raise  # its own code is broken; anything else is an extra not installed
    return tuple(found)


def job_module(resource: str) -> str | None:
    """The module that does the jobs of a resource; None: its extra is not installed."""
    modules = (plugin.jobs.get(resource) for plugin in installed())
    return next((module for module in modules if module), None)
