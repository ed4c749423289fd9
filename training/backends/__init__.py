"""Training frameworks: one adapter file each, run in a process of its own.

A backend is a module that runs as `python -m training.backends.<name> RUN` and keeps to
`job.py`: it reads `RUN/job.json` and leaves the files named there. Its `environment(home)` is what
the framework must see to fetch nothing. A new one is a file and its name here.
"""

from typing import Literal, get_args

Backend = Literal["ultralytics", "libreyolo"]
"""Each a module here, and the package that it needs."""

BACKENDS: tuple[Backend, ...] = get_args(Backend)
