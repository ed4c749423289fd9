"""The roles, and what each of them may do."""

from typing import Literal, get_args

Action = Literal[
    "session",
    "cameras.read",
    "cameras.write",
    "live.read",
    "wall.write",
    "scenarios.read",
    "deployments.read",
    "deployments.write",
    "events.read",
    "evidence.read",
    "evidence.originals",
    "reviews.write",
    "work_orders.read",
    "work_orders.write",
    "responsibility.read",
    "responsibility.write",
    "situations.write",
    "kpis.read",
    "algorithms.read",
    "algorithms.submit",
    "algorithms.promote",
    "challenges.write",
    "training.read",
    "training.write",
    "inference",
    "nodes.read",
    "nodes.write",
    "sinks.read",
    "sinks.write",
    "access.read",
    "access.write",
    "audit.read",
    "metrics.read",
]
"""`session` is what everybody may who is signed in: ask who he is, and sign out."""

Role = Literal[
    "administrator",
    "scenario_owner",
    "reviewer",
    "unit_staff",
    "algorithm_team",
    "dashboard",
    "auditor",
]


def _rights(*actions: Action) -> frozenset[Action]:
    return frozenset(actions)


CITYWIDE = _rights(
    "responsibility.write",
    "situations.write",
    "algorithms.promote",
    "challenges.write",
    "training.write",
    "nodes.write",
    "sinks.read",
    "sinks.write",
    "access.read",
    "access.write",
    "audit.read",
    "metrics.read",
)
"""What concerns every place at once: a role bound to a division does not bring it."""

_LOOK = _rights(
    "session",
    "cameras.read",
    "live.read",
    "scenarios.read",
    "events.read",
    "evidence.read",
    "kpis.read",
)

ROLES: dict[Role, frozenset[Action]] = {
    "administrator": frozenset(get_args(Action)),
    "scenario_owner": _LOOK
    | _rights(
        "cameras.write",
        "wall.write",
        "deployments.read",
        "deployments.write",
        "reviews.write",
        "work_orders.read",
        "work_orders.write",
        "responsibility.read",
        "situations.write",
        "algorithms.read",
        "nodes.read",
    ),
    "reviewer": _LOOK
    | _rights("wall.write", "deployments.read", "reviews.write", "work_orders.read"),
    "unit_staff": _rights(
        "session",
        "scenarios.read",
        "cameras.read",
        "events.read",
        "evidence.read",
        "work_orders.read",
        "work_orders.write",
        "responsibility.read",
    ),
    "algorithm_team": _rights(
        "session",
        "scenarios.read",
        "algorithms.read",
        "algorithms.submit",
        "training.read",
        "training.write",
        "inference",
    ),
    "dashboard": _LOOK | _rights("deployments.read", "work_orders.read", "algorithms.read"),
    "auditor": _rights(
        "session",
        "cameras.read",
        "scenarios.read",
        "deployments.read",
        "events.read",
        "work_orders.read",
        "responsibility.read",
        "kpis.read",
        "algorithms.read",
        "nodes.read",
        "sinks.read",
        "access.read",
        "audit.read",
        "metrics.read",
    ),
}
"""The dashboard's role looks and changes nothing; the auditor sees who did what, no picture."""
