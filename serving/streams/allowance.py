"""What one process may take that reads files of strangers: hostile ones end it, not the machine."""

import resource
import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a replay may take.

    Args:
        memory_mib: Address space of its process.
        cpu_s: Of all threads, for one run over one clip.
        wall_s: The same on the clock, for a machine that is busy with other things.
        picture_px: Largest picture.
    """

    memory_mib: int = 8192
    cpu_s: int = 3600
    wall_s: float = 2 * 3600.0
    picture_px: int = 8192 * 8192

    def impose(self) -> None:
        """Put this very process under the limit of memory, for good."""
        limit = self.memory_mib * 2**20
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def begin(self) -> None:
        """From here on time counts for the next clip; what overstays it is killed."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        used_s = int(usage.ru_utime + usage.ru_stime) + 1
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (used_s + self.cpu_s, hard))
        signal.setitimer(signal.ITIMER_REAL, self.wall_s)

    def why(self, code: int) -> str:
        """Why a process ended that was killed, in words.

        Args:
            code: Its exit code: a signal's number below 0.
        """
        match -code:
            case signal.SIGXCPU:
                return f"it took more than {self.cpu_s} s of CPU; cut it shorter"
            case signal.SIGALRM:
                return f"it took more than {self.wall_s:g} s; cut it shorter"
            case signal.SIGKILL | signal.SIGABRT | signal.SIGSEGV | signal.SIGBUS:
                return "reading it broke the process, or took too much memory; is it a sound video?"
            case _:
                return f"its process ended with code {code}"

    @property
    def too_much_memory(self) -> str:
        return f"it needs more than {self.memory_mib} MiB of memory"
