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
from collections import Counter
from collections.abc import Iterator

from algorithms.admission import inside
from algorithms.admission.limits import Limits
from algorithms.manifest import AlgorithmManifest

LIMITS = Limits(memory_mib=3072, cpu_s=5)
LONGEST_S = 30.0


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


def ends(models: Iterator[bytes], manifest: AlgorithmManifest) -> tuple[Counter[str], float]:
    """How many ended in which way, and the seconds the slowest took.

    `admitted` and `refused` are answers; a signal's name is a crash or a limit, which the sandbox
    contains; `stuck` is one that had to be killed by the clock.
    """
    found: Counter[str] = Counter()
    slowest_s = 0.0
    question = manifest.model_dump_json().encode()
    for model in models:
        started = time.monotonic()
        found[_end(model, question)] += 1
        slowest_s = max(slowest_s, time.monotonic() - started)
    return found, slowest_s


def _end(model: bytes, question: bytes) -> str:
    child = multiprocessing.get_context("fork").Process(target=_judge, args=(model, question))
    child.start()
    child.join(LONGEST_S)
    if child.is_alive():
        child.kill()
        child.join()
        return "stuck"
    code = child.exitcode or 0
    return {0: "admitted", 3: "refused"}.get(
        code, signal.Signals(-code).name if code < 0 else f"exit {code}"
    )


def _judge(model: bytes, question: bytes) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # libraries complain aloud
    LIMITS.impose()
    try:
        reasons = inside.judge(model, question)["reasons"]
    except MemoryError:
        os._exit(4)
    except BaseException:  # the sandbox tells of it as a crash
        os._exit(5)
    os._exit(3 if reasons else 0)
