"""Long work in processes of its own, that everything else goes before."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

STOP_S = 5.0


class JobProcesses:
    """Runs one job after the other, each as `python -m MODULE ID`.

    Args:
        module: What runs a job; one that fails says why on its last line and ends with code 1.
        asked: What it reads from standard input, as JSON: this platform's settings.
        environment: Variables it gets besides ours.
    """

    def __init__(
        self, module: str, asked: BaseModel, environment: Mapping[str, str] | None = None
    ) -> None:
        self._module = module
        self._asked = asked
        self._environment = environment or {}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self, job_id: str) -> str | None:
        """Run a job to its end; returns why it failed, None if it did not."""
        with self._lock:
            if self._stopped:
                return "the platform is stopping"
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", self._module, job_id],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={**os.environ, **self._environment},
            )
        _, errors = process.communicate(self._asked.model_dump_json().encode())
        if process.returncode == 0:
            return None
        return self._why(process.returncode, errors.decode(errors="replace").strip().splitlines())

    def stop(self) -> None:
        """End the one that runs."""
        with self._lock:
            self._stopped = True
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()

    def _why(self, code: int, said: Sequence[str]) -> str:
        """Why a job failed, by its process's exit code and what it said."""
        return said[-1] if said else f"its process ended with code {code}"
