"""Processes and ports of tests that build a cluster out of real Ray nodes."""

import os
import signal
import socket
import subprocess
from collections.abc import Callable

Spawn = Callable[..., "subprocess.Popen[bytes]"]
"""Starts a command; keywords are added to its environment."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def own_address() -> str:
    """Of this machine to the outside; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def kill(process: "subprocess.Popen[bytes]") -> None:
    """A process and everything it started, at once, as when a machine loses power."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
