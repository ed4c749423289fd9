"""Starting a backend and listening to it."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from training.backends import ultralytics
from training.backends.job import PROGRESS, TrainJob
from training.errors import TrainingError

Progress = Callable[[int, int, float], None]
"""`(epoch done, epochs, mAP50 on the validation split so far)`."""

_KEPT_LINES = 12


def run_backend(job: TrainJob, folder: Path, progress: Progress) -> Path:
    """Do one job in a process of its own.

    Args:
        job: What to do.
        folder: The run's folder; made if need be.
        progress: Called after each epoch.

    Returns:
        `folder/model.onnx`.

    Raises:
        TrainingError: The training extra is missing, or the backend failed; carries its last
            words.
    """
    if find_spec("ultralytics") is None:
        raise TrainingError(
            "training needs PyTorch and Ultralytics; install them: pip install 'longan[training]'"
        )
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "job.json").write_text(job.model_dump_json(indent=2) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", ultralytics.__name__, str(folder)]
    threads = {"OMP_NUM_THREADS": str(job.threads), "OPENBLAS_NUM_THREADS": str(job.threads)}
    last_words: deque[str] = deque(maxlen=_KEPT_LINES)
    with (
        (folder / "log.txt").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **threads, **ultralytics.environment(folder / "settings")},
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
    model = folder / "model.onnx"
    if process.returncode != 0 or not model.is_file():
        raise TrainingError(
            f"the training process ended with code {process.returncode}; "
            f"the whole log is {folder / 'log.txt'}; it ended:\n" + "\n".join(last_words)
        )
    return model
