"""A process with limits inside bubblewrap, in which hostile files are read and run.

What it contains: crashes, memory, CPU and wall-clock time, growing files, core dumps; inherited
environment and open files; the network, other processes and the file system. What overstays its
time is killed with all it started.

What it does not contain: a bug in the kernel, and a captured process that answers "admitted".
Where an operator allows it by name, the process runs without bubblewrap and only the limits hold.
"""

import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO, cast

from pydantic import ValidationError

from algorithms.admission import bubblewrap
from algorithms.admission.limits import Limits
from algorithms.admission.report import TrialReport, Verdict
from algorithms.admission.wording import LONGEST_REASON, MOST_REASONS, shown
from algorithms.embedded import LARGEST_BYTES
from algorithms.errors import AdmissionError
from algorithms.manifest import AlgorithmManifest

_PIPE_BYTES = 2 * LARGEST_BYTES

_PROGRAM = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from algorithms.admission.__main__ import main; main(*map(int, sys.argv[1:]))"
)


def run(
    model: BinaryIO,
    manifest: AlgorithmManifest,
    limits: Limits | None = None,
    *,
    reference: BinaryIO | None = None,
    unprotected: bool = False,
) -> Verdict:
    """Read and try a model in a process of its own.

    Args:
        model: The open file; read from its start.
        manifest: What the model is said to be.
        limits: Default: those of `Limits`.
        reference: The open file of what its source network gave; None: there is none.
        unprotected: Run without bubblewrap where there is none.

    Raises:
        AdmissionError: There is no bubblewrap, and `unprotected` does not allow to go without.
    """
    limits = limits or Limits()
    files = [model] if reference is None else [model, reference]
    answer = _answer_of(files, manifest.model_dump_json().encode(), limits, unprotected)
    return answer if isinstance(answer, Verdict) else _verdict(answer)


def carried(model: BinaryIO, *, unprotected: bool = False) -> str | None:
    """The text of the manifest inside a model; None where there is none. Arguments as for `run`.

    Raises:
        AdmissionError: It cannot be read, or there is no bubblewrap.
    """
    answer = _answer_of([model], b"", Limits(cpu_s=10, wall_s=30), unprotected)
    if isinstance(answer, Verdict):
        raise AdmissionError(answer.reasons)
    text = answer.get("text")
    return text if isinstance(text, str) else None


def _answer_of(
    files: list[BinaryIO], question: bytes, limits: Limits, unprotected: bool
) -> dict[str, Any] | Verdict:
    """What the process answered, not trusted; a verdict where it came to a bad end."""
    handles = [file.fileno() for file in files]
    command = _command(handles, limits, unprotected)
    with tempfile.TemporaryFile() as asked:
        asked.write(question)
        asked.seek(0)
        # The child limits itself before it reads anything: `preexec_fn` is unsafe beside threads.
        process = subprocess.Popen(
            command,
            stdin=asked,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pipesize=_PIPE_BYTES,
            pass_fds=handles,
            env={"OPENBLAS_NUM_THREADS": "1"},  # its threads would eat the address space
            cwd="/",
            start_new_session=True,
        )
    with process:
        try:
            code = process.wait(limits.wall_s)
        except subprocess.TimeoutExpired:
            return Verdict([_too_slow(f"{limits.wall_s:g} s on the clock")])
        finally:
            if process.returncode is None:  # its id is still its own
                os.killpg(process.pid, signal.SIGKILL)
        # Bubblewrap says of a signal what a shell says.
        return ending(128 - code if code > 128 else code, _read(process), limits)


def _command(handles: list[int], limits: Limits, unprotected: bool) -> list[str]:
    program = _PROGRAM.format(root=str(bubblewrap.PACKAGE.parent))
    command = [sys.executable, "-I", "-B", "-c", program]
    command += [str(number) for number in (limits.memory_mib, limits.cpu_s, *handles)]
    why_not = bubblewrap.why_not()
    if why_not is None:
        return bubblewrap.wrapped(command)
    if unprotected:
        return command
    raise AdmissionError(
        [
            f"the check: expected a sandbox to run a stranger's model in, got none ({why_not}); "
            "ask the operator to install bubblewrap, or to set LONGAN_UNPROTECTED_ADMISSION=true "
            "if all teams are trusted"
        ]
    )


def ending(code: int, output: str, limits: Limits) -> dict[str, Any] | Verdict:
    """What the end of the process means; its output is not trusted.

    Args:
        code: Exit code; negative: the signal that ended it.
        output: All it said; a good end has the answer as a JSON object on its last line.
        limits: Those it ran under.

    Returns:
        The answer; a refusal where there is none.
    """
    if code == 0:
        return _answer(output)
    last = shown(output.strip().rpartition("\n")[2], 200) or "nothing"
    if code == -signal.SIGXCPU:
        return Verdict([_too_slow(f"{limits.cpu_s} s of CPU time")])
    if code == -signal.SIGKILL or "bad_alloc" in output or "MemoryError" in output:
        reason = (
            f"the check: expected it to fit into {limits.memory_mib} MiB of memory, got more; "
            "export a smaller network or a smaller input"
        )
        return Verdict([reason])
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    reason = (
        f"the check: expected the model to be read and run, got a crash ({how}, last words "
        f"'{last}'); the file is damaged or made to do harm: export it again"
    )
    return Verdict([reason])


def _answer(output: str) -> dict[str, Any] | Verdict:
    try:
        answer: object = json.loads(output.strip().rpartition("\n")[2])
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        return Verdict(["the check: expected an answer, got none; hand the model in again"])
    return cast("dict[str, Any]", answer)


def _verdict(answer: dict[str, Any]) -> Verdict:
    """The answer as a verdict, if it is well-formed."""
    reasons, report = answer.get("reasons"), answer.get("report")
    try:
        measured = None if report is None else TrialReport.model_validate(report)
    except ValidationError:
        reasons = None
    else:
        if isinstance(reasons, list) and (reasons or measured):
            told = [shown(str(r), LONGEST_REASON) for r in cast("list[object]", reasons)]
            if measured:
                measured = measured.model_copy(update={"hardware": _processor()})
            return Verdict(told[:MOST_REASONS], measured)
    return Verdict(["the check: expected an answer, got none; hand the model in again"])


def _processor() -> str:
    """Name and number of cores, as the kernel tells them."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.is_file() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return f"{next(named, platform.machine())}, {os.cpu_count()} cores"[:128]


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
