"""What can go wrong here.

LonganError
└── ScenarioError   a scenario, rule or zone that cannot be used
"""

from algorithms.errors import LonganError


class ScenarioError(LonganError):
    """A scenario, rule or zone cannot be used."""
