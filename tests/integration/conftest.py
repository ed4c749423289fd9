import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from serving.streams.cluster import NODE_CHECKS
from tests.processes import Spawn, kill


@pytest.fixture
def spawn(tmp_path: Path) -> Iterator[Spawn]:
    """Starts processes, each with a log of its own; ends them and their children."""
    token = tmp_path / "ray-token"
    token.write_text("a" * 64)
    environment = {
        **os.environ,
        **NODE_CHECKS,
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_gcs_rpc_server_reconnect_timeout_s": "600",
    }
    started: list[subprocess.Popen[bytes]] = []

    def spawn(*command: str, **more: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / f"{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**environment, **more},
                start_new_session=True,
            )
        started.append(process)
        return process

    yield spawn
    for process in reversed(started):
        kill(process)


@pytest.fixture
def short_path() -> Iterator[Path]:
    """For sockets, whose path may have 107 bytes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)
