"""What can go wrong in training, as a tree.

LonganError
├── TrainingError      a run that cannot start or did not finish
│   └── BackendKilledError  something ended its process; another attempt may do
└── CatalogueError     an open-data catalogue that cannot be asked, or answers something else
    └── OfflineError   its host cannot be reached from this machine
"""

from algorithms.errors import LonganError


class TrainingError(LonganError):
    """A training run cannot start or did not finish."""


class BackendKilledError(TrainingError):
    """Something ended a backend's process: want of memory, a reboot, a person."""


class CatalogueError(LonganError):
    """An open-data catalogue refused, or answered something else than it documents."""


class OfflineError(CatalogueError):
    """This needs the internet, and the host cannot be reached."""
