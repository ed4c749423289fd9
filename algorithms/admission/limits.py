"""What reading and trying one model may take."""

import resource
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading and trying one model may take."""

    memory_mib: int = 3072
    """Address space."""

    cpu_s: int = 40
    wall_s: float = 120.0
    """For a machine that is busy with other things."""

    def impose(self) -> None:
        """Put this very process under the limits, for good."""
        _lower(resource.RLIMIT_AS, self.memory_mib * 2**20)
        _lower(resource.RLIMIT_CPU, self.cpu_s)
        _lower(resource.RLIMIT_FSIZE, 0)
        _lower(resource.RLIMIT_CORE, 0)
        # No process, no thread. The kernel excepts root, and means the id outside of the namespace.
        _lower(resource.RLIMIT_NPROC, 0)


def _lower(limit: int, value: int) -> None:
    """Set a limit, unless a lower one already holds."""
    hard = resource.getrlimit(limit)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    # One more second of CPU before the kernel kills: the signal before it says what it was.
    last = value + 1 if limit == resource.RLIMIT_CPU and value != hard else value
    resource.setrlimit(limit, (value, last))
