"""A process that must not outlive the one that started it."""

import os
import time
from threading import Thread


def end_with_parent() -> None:
    """End this process soon after the one that started it: nobody would fetch the result."""
    Thread(target=_end_with, args=(os.getppid(),), name="lifeline", daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
