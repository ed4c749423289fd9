"""The API on a port, for commands that are run in this very process."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI


@contextmanager
def served(api: FastAPI) -> Generator[str]:
    """Its address. A command ends without closing its connection, and its process goes on here."""
    hang_up = [("connection", "close")]
    server = uvicorn.Server(uvicorn.Config(api, port=0, log_level="error", headers=hang_up))
    thread = Thread(target=server.run)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
