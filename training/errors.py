"""What can go wrong in training, as a tree.

LonganError
└── TrainingError      a run that cannot start or did not finish
"""

from algorithms.errors import LonganError


class TrainingError(LonganError):
    """A training run cannot start or did not finish."""
