"""What is not installed for `make demo` must not be missed by it."""

import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT: dict[str, Any] = tomllib.loads(
    (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
)["project"]

START = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
import serving.app
import serving.cli
"""


def needed(requirements: list[str]) -> set[str]:
    """Names of what these install, with all that it needs in turn."""
    found: set[tuple[str, str]] = set()
    waiting = [(Requirement(one), "") for one in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for each in {"", *requirement.extras}:
            if (name, each) not in found:
                found.add((name, each))
                waiting += [(Requirement(one), each) for one in _requires(name)]
    return {name for name, _ in found}


def _requires(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:
        return []


def test_the_platform_starts_without_what_only_extras_bring() -> None:
    extras: dict[str, list[str]] = PROJECT["optional-dependencies"]
    always = needed(PROJECT["dependencies"])
    optional = set[str]().union(*(needed(some) for some in extras.values())) - always
    absent = {
        module
        for module, owners in packages_distributions().items()
        if {canonicalize_name(owner) for owner in owners} & optional
    }
    assert {"authlib", "itsdangerous", "obstore", "psycopg", "torch"} <= absent

    started = subprocess.run(
        [sys.executable, "-c", START.format(absent=sorted(absent))],
        capture_output=True,
        check=False,
        text=True,
    )

    assert started.returncode == 0, started.stderr
