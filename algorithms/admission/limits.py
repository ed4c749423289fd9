"""What reading and trying one model may take."""

import os
import resource
from dataclasses import dataclass

from algorithms.admission import no_processes


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading and trying one model may take."""

    memory_mib: int = 3072
    """Address space."""

    cpu_s: int = 40
    wall_s: float = 120.0
    """For a machine that is busy with other things."""

    niceness: int = 10
    """Whatever else this machine does goes first."""

    def impose(self) -> None:
        """Put this very process under the limits, for good."""
        os.nice(self.niceness)
        _lower(resource.RLIMIT_AS, self.memory_mib * 2**20)
        _lower(resource.RLIMIT_CPU, self.cpu_s)
        _lower(resource.RLIMIT_FSIZE, 0)
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_NPROC, 0)
        no_processes.forbid()


def _lower(limit: int, value: int) -> None:
    """Set a limit, unless a lower one already holds."""
    hard = resource.getrlimit(limit)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    # One more second of CPU before the kernel kills: the signal before it says what it was.
    last = value + 1 if limit == resource.RLIMIT_CPU and value != hard else value
    resource.setrlimit(limit, (value, last))
