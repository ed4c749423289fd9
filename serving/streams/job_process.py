"""Long work in processes of its own, that everything else goes before."""

import subprocess
import sys
import threading

from serving.settings import Settings

STOP_S = 5.0


class JobProcesses:
    """Runs one job after the other, each as `python -m MODULE ID`, its settings on standard input.

    Args:
        module: What runs a job; one that fails says why on its last line and ends with code 1.
        settings: Of this platform.
    """

    def __init__(self, module: str, settings: Settings) -> None:
        self._module = module
        self._settings = settings
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
            )
        _, errors = process.communicate(self._settings.model_dump_json().encode())
        if process.returncode == 0:
            return None
        said = errors.decode(errors="replace").strip().splitlines()
        return said[-1] if said else f"its process ended with code {process.returncode}"

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
