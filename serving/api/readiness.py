"""Which scenarios can run with the algorithms that are there."""

from sqlalchemy.orm import Session

from scenarios.scenario import Scenario
from serving.store import algorithms


def missing_algorithms(session: Session, scenario: Scenario) -> list[str]:
    """Required algorithms that nobody has brought yet."""
    champions = algorithms.with_champion(session)
    return [
        wish.name for wish in scenario.algorithms if wish.required and wish.name not in champions
    ]


def open_challenge(missing: list[str]) -> str:
    """Why a scenario cannot be deployed that lacks algorithms."""
    return (
        f"Open challenge: nobody has brought the algorithm {', '.join(missing)} that it needs; "
        "submit it with POST /api/v1/submissions first."
    )
