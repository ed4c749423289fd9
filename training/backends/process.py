"""Starting a backend and listening to it."""

import fcntl
import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from training.backends.job import PROGRESS, TrainJob
from training.errors import BackendKilledError, TrainingError

Progress = Callable[[int, int, float], None]
"""`(epoch done, epochs, mAP50 on the validation split so far)`."""

_KEPT_LINES = 12
_LOCK_S = 30.0

_PRIVATE = ("LONGAN_", "RAY_AUTH")
"""Variables with the platform's secrets; a framework has no use for them."""


def run_backend(job: TrainJob, folder: Path, progress: Progress) -> Path:
    """Do one job in a process of its own, or what is left of it.

    In a folder where the same job was killed it goes on from the last checkpoint, and where it is
    done nothing happens.

    Args:
        job: What to do.
        folder: The run's folder; made if need be.
        progress: Called after each epoch.

    Returns:
        `folder/model.onnx`.

    Raises:
        BackendKilledError: Something ended the process; another attempt may do.
        TrainingError: The training extra is missing, another process trains in the folder, or the
            backend failed; carries its last words.
    """
    if find_spec(job.backend) is None:
        extra = "training" if job.backend == "ultralytics" else job.backend
        raise TrainingError(
            f"the backend {job.backend} needs PyTorch and {job.backend}; install them: "
            f"pip install 'longan[{extra}]'"
        )
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / "model.onnx"
    backend = import_module(f"training.backends.{job.backend}")
    command = [sys.executable, "-m", backend.__name__, str(folder)]
    with _locked(folder) as lock:
        if model.is_file():
            return model
        (folder / "job.json").write_text(job.model_dump_json(indent=2) + "\n", encoding="utf-8")
        last_words: deque[str] = deque(maxlen=_KEPT_LINES)
        with (
            (folder / "log.txt").open("a", encoding="utf-8") as log,
            subprocess.Popen(
                command,
                cwd=folder,
                env=_environment(job.threads) | backend.environment(folder / "settings"),
                pass_fds=[lock.fileno()],  # held until the backend itself has ended
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            ) as process,
        ):
            try:
                for line in process.stdout or ():
                    log.write(line)
                    log.flush()
                    if line.startswith(PROGRESS):
                        told = json.loads(line.removeprefix(PROGRESS))
                        progress(told["epoch"], told["epochs"], told["map50"])
                    else:
                        last_words.append(line.rstrip())
            except BaseException:
                process.kill()
                raise
    if process.returncode != 0 or not model.is_file():
        kind = BackendKilledError if process.returncode < 0 else TrainingError
        raise kind(
            f"the training process ended with code {process.returncode}; "
            f"the whole log is {folder / 'log.txt'}; it ended:\n" + "\n".join(last_words)
        )
    return model


def _environment(threads: int) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)}
    return ours | {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}


@contextmanager
def _locked(folder: Path) -> Generator[IO[bytes]]:
    """Only one process trains in a folder; one whose starter was killed ends within seconds."""
    until = time.monotonic() + _LOCK_S
    with (folder / "lock").open("ab") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise TrainingError(
                        f"{folder}: another process trains here; wait for it, or end it"
                    ) from None
                time.sleep(0.5)
        yield lock
