"""What an installer can get wrong, found before the city does. One more check: a file, a line."""

from collections.abc import Iterator

from serving.doctor.cameras import cameras
from serving.doctor.data import data
from serving.doctor.database import database
from serving.doctor.environment import environment
from serving.doctor.finding import Check, Finding, error
from serving.doctor.machine import machine
from serving.doctor.network import network
from serving.doctor.parts import parts
from serving.doctor.secret_keys import secret_keys
from serving.settings import Settings

__all__ = ["CHECKS", "Finding", "examine"]

CHECKS: tuple[Check, ...] = (
    environment,
    machine,
    parts,
    data,
    database,
    secret_keys,
    network,
    cameras,
)


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding as it is made; nothing is changed.

    A check that breaks is a finding of its own: the others still run.
    """
    for check in CHECKS:
        try:
            yield from check(settings)
        except Exception as broken:
            yield error(
                check.__name__,
                f"the check itself broke: {type(broken).__name__}: {broken}",
                "report it with this line; the other checks ran",
            )
