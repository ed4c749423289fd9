"""Mutated ONNX files, read and tried as the sandbox does it, each in a process of its own.

A whole sandbox for each costs a second, most of it for imports; here one process imports
everything, goes under the limits of the sandbox in a child for each mutant, and looks at how the
child ends.
"""

import multiprocessing
import os
import random
import signal
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection

from algorithms.admission import inside
from algorithms.admission.limits import Limits
from algorithms.manifest import AlgorithmManifest

LIMITS = Limits(memory_mib=3072, cpu_s=5, niceness=0)
LONGEST_S = LIMITS.wall_s
LONGEST_TRACEBACK = 4000
"""Bytes; much less than a pipe holds, so that nobody has to read while the child lives."""


def mutants(model: bytes, count: int, seed: int = 0) -> Iterator[bytes]:
    """Copies of a model with bytes changed, cut out, doubled or put in, or the end cut off."""
    dice = random.Random(seed)
    for _ in range(count):
        changed = bytearray(model)
        for _ in range(dice.choice((1, 1, 2, 4, 16, 64))):
            at, length = dice.randrange(len(changed)), dice.randrange(1, 64)
            match dice.randrange(5):
                case 0:
                    changed[at] = dice.randrange(256)
                case 1:
                    changed[at] ^= 1 << dice.randrange(8)
                case 2 if len(changed) > 2 * length:
                    del changed[at : at + length]
                case 3:
                    changed[at:at] = changed[at : at + length]
                case _:
                    changed[at:at] = dice.randbytes(length)
        if dice.random() < 0.05:
            del changed[dice.randrange(1, len(changed)) :]
        yield bytes(changed)


@dataclass(frozen=True, slots=True)
class End:
    """How the check of one model ended.

    Args:
        how: `admitted` or `refused` is an answer; a signal's name, or `exit` and a code, is a crash
            or a limit, which the sandbox contains; `stuck` had to be killed by the clock.
        why: The traceback of an exit that was no answer; else empty.
        seconds: What it took.
    """

    how: str
    why: str
    seconds: float


def ends(models: Iterable[bytes], manifest: AlgorithmManifest) -> Iterator[End]:
    """How each of the models ends."""
    question = manifest.model_dump_json().encode()
    for model in models:
        started = time.monotonic()
        how, why = _end(model, question)
        yield End(how, why, time.monotonic() - started)


def _end(model: bytes, question: bytes) -> tuple[str, str]:
    heard, told = multiprocessing.get_context("fork").Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_judge, args=(model, question, told))
    child.start()
    told.close()
    child.join(LONGEST_S)
    if child.is_alive():
        child.kill()
        child.join()
        return "stuck", ""
    with heard:
        why = heard.recv_bytes().decode() if heard.poll() and child.exitcode == 5 else ""
    code = child.exitcode or 0
    how = {0: "admitted", 3: "refused"}.get(
        code, signal.Signals(-code).name if code < 0 else f"exit {code}"
    )
    return how, why


def _judge(model: bytes, question: bytes, told: Connection) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries complain aloud
    LIMITS.impose()
    try:
        reasons = inside.judge(model, question)["reasons"]
    except MemoryError:
        os._exit(4)
    except BaseException:  # the sandbox tells of it as a crash
        told.send_bytes(traceback.format_exc()[-LONGEST_TRACEBACK:].encode())
        os._exit(5)
    os._exit(3 if reasons else 0)
