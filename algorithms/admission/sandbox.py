"""A process with limits, in which hostile files are read and run.

What it contains: crashes, memory, CPU and wall-clock time, growing files, core dumps, inherited
environment and open files; what overstays its time is killed with its process group.

What it does not contain: code that a model gets to run by a bug in a parser or an operator
could, as the user Longan runs as, read and delete files, open connections, signal processes,
leave the process group, and answer "admitted". Bubblewrap (no network, no file system) is to
close that.
"""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from typing import BinaryIO, cast

from algorithms.admission.wording import LONGEST_REASON, MOST_REASONS, shown
from algorithms.manifest import AlgorithmManifest

_PIPE_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading and trying one model may take."""

    memory_mib: int = 3072
    """Address space."""

    cpu_s: int = 20
    wall_s: float = 60.0
    """For a machine that is busy with other things."""

    def impose(self) -> None:
        """Put this very process under the limits, for good."""
        _lower(resource.RLIMIT_AS, self.memory_mib * 2**20)
        _lower(resource.RLIMIT_CPU, self.cpu_s)
        _lower(resource.RLIMIT_FSIZE, 0)
        _lower(resource.RLIMIT_CORE, 0)


def run(model: BinaryIO, manifest: AlgorithmManifest, limits: Limits | None = None) -> list[str]:
    """Read and try a model in a process of its own.

    Args:
        model: The open file; read from its start.
        manifest: What the model is said to be.
        limits: Default: those of `Limits`.

    Returns:
        Why it is refused; empty: admitted.
    """
    limits = limits or Limits()
    # The child limits itself before it reads anything: `preexec_fn` is unsafe beside threads.
    command = [sys.executable, "-I", "-B", "-m", "algorithms.admission"]
    command += [str(model.fileno()), str(limits.memory_mib), str(limits.cpu_s)]
    with tempfile.TemporaryFile() as promised:
        promised.write(manifest.model_dump_json().encode())
        promised.seek(0)
        process = subprocess.Popen(
            command,
            stdin=promised,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[model.fileno()],
            env={"OPENBLAS_NUM_THREADS": "1"},  # its threads would eat the address space
            cwd="/",
            start_new_session=True,
        )
    with process:
        try:
            code = process.wait(limits.wall_s)
        except subprocess.TimeoutExpired:
            return [_too_slow(f"{limits.wall_s:g} s on the clock")]
        finally:
            if process.returncode is None:  # its id is still its own
                os.killpg(process.pid, signal.SIGKILL)
        return verdict(code, _read(process), limits)


def verdict(code: int, output: str, limits: Limits) -> list[str]:
    """What the end of the process means; its output is not trusted.

    Args:
        code: Exit code; negative: the signal that ended it.
        output: All it said; a good end has the reasons as JSON on its last line.
        limits: Those it ran under.
    """
    if code == 0:
        return _answer(output)
    last = shown(output.strip().rpartition("\n")[2], 200) or "nothing"
    if code == -signal.SIGXCPU:
        return [_too_slow(f"{limits.cpu_s} s of CPU time")]
    if code == -signal.SIGKILL or "bad_alloc" in output or "MemoryError" in output:
        return [
            f"the check: expected it to fit into {limits.memory_mib} MiB of memory, got more; "
            "export a smaller network or a smaller input"
        ]
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return [
        f"the check: expected the model to be read and run, got a crash ({how}, last words "
        f"'{last}'); the file is damaged or made to do harm: export it again"
    ]


def _answer(output: str) -> list[str]:
    """The reasons on the last line, not trusted to be well-formed."""
    try:
        answer: object = json.loads(output.strip().rpartition("\n")[2])
    except ValueError:
        answer = None
    if not isinstance(answer, list):
        return ["the check: expected an answer, got none; hand the model in again"]
    return [
        shown(str(reason), LONGEST_REASON) for reason in cast("list[object]", answer)[:MOST_REASONS]
    ]


def _too_slow(limit: str) -> str:
    return (
        f"the check: expected it to end within {limit}, got no end; "
        "export a smaller network or a smaller input"
    )


def _read(process: subprocess.Popen[bytes]) -> str:
    """What the child left in the pipe; a pipe holds little, so a flood only blocks the child.

    Somebody who left the process group may hold the pipe open: never wait for its end.
    """
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    with contextlib.suppress(BlockingIOError):
        return os.read(process.stdout.fileno(), _PIPE_BYTES).decode(errors="replace")
    return ""


def _lower(limit: int, value: int) -> None:
    """Set a limit, unless a lower one already holds."""
    hard = resource.getrlimit(limit)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    # One more second of CPU before the kernel kills: the signal before it says what it was.
    last = value + 1 if limit == resource.RLIMIT_CPU and value != hard else value
    resource.setrlimit(limit, (value, last))
