"""Which right a request needs. Every request passes here; what is not named is refused.

A test walks all routes: a new one without a line here fails it.
"""

import re
from collections.abc import Sequence

from serving.access import Action

_READ = ("GET", "HEAD", "OPTIONS")

_SPECIAL: Sequence[tuple[str, str, Action]] = (
    # Method (`*`: any), path (`*`: one part of it, `**`: one or more), right. The first one counts.
    ("GET", "/events/*/evidence/*/original", "evidence.originals"),
    ("GET", "/events/*/evidence/**", "evidence.read"),
    ("POST", "/events/*/evidence/*/links", "evidence.read"),
    ("GET", "/events/*/audit-records", "audit.read"),
    ("GET", "/events/*/reviews", "events.read"),
    ("POST", "/events/*/reviews", "reviews.write"),
    ("GET", "/events/*/hold", "evidence.read"),
    ("*", "/events/*/hold", "evidence.originals"),
    ("GET", "/cameras/*/snapshot", "live.read"),
    ("POST", "/cameras/*/fitness-checks", "deployments.read"),
    ("POST", "/algorithms/*/versions/*/predictions", "inference"),
    ("GET", "/deployments/*/rollouts/*/shadow-events/*/snapshot", "evidence.read"),
    ("GET", "/work-orders/*/photos/*", "work_orders.read"),
    ("POST", "/dispatch-simulations", "responsibility.read"),
    ("PUT", "/situations/*/activation", "situations.write"),
    ("DELETE", "/situations/*/activation", "situations.write"),
    ("GET", "/hard-negatives", "training.read"),
)

_RESOURCES: dict[str, tuple[Action, Action]] = {
    # First part of the path: the right to read, and the right for everything else.
    "session": ("session", "session"),
    "cameras": ("cameras.read", "cameras.write"),
    "camera-imports": ("cameras.write", "cameras.write"),
    "camera-discoveries": ("cameras.write", "cameras.write"),
    "camera-exports": ("cameras.read", "cameras.write"),
    "camera-probes": ("cameras.write", "cameras.write"),
    "live": ("live.read", "live.read"),
    "wall-views": ("live.read", "wall.write"),
    "scenarios": ("scenarios.read", "deployments.write"),
    "deployments": ("deployments.read", "deployments.write"),
    "clips": ("deployments.read", "deployments.write"),
    "trials": ("deployments.read", "deployments.write"),
    "deployment-checks": ("deployments.read", "deployments.read"),
    "replays": ("deployments.read", "deployments.write"),
    "situations": ("deployments.read", "deployments.write"),
    "events": ("events.read", "reviews.write"),
    "event-places": ("events.read", "events.read"),
    "map": ("cameras.read", "cameras.write"),
    "incidents": ("events.read", "reviews.write"),
    "review-queue": ("events.read", "reviews.write"),
    "reviews": ("kpis.read", "reviews.write"),
    "mutes": ("events.read", "reviews.write"),
    "reports": ("work_orders.read", "work_orders.write"),
    "work-orders": ("work_orders.read", "work_orders.write"),
    "responsibility-lists": ("responsibility.read", "responsibility.write"),
    "kpis": ("kpis.read", "kpis.read"),
    "algorithms": ("algorithms.read", "algorithms.promote"),
    "algorithm-imports": ("algorithms.promote", "algorithms.promote"),
    "signing-keys": ("algorithms.read", "algorithms.promote"),
    "uploads": ("algorithms.submit", "algorithms.submit"),
    "submissions": ("algorithms.read", "algorithms.submit"),
    "evaluation-sets": ("algorithms.read", "challenges.write"),
    "evaluations": ("algorithms.read", "algorithms.promote"),
    "challenges": ("algorithms.read", "challenges.write"),
    "drift": ("algorithms.read", "algorithms.promote"),
    "retraining-policies": ("training.read", "evidence.originals"),  # it opens them
    "datasets": ("training.read", "training.write"),
    "training-runs": ("training.read", "training.write"),
    "nodes": ("nodes.read", "nodes.write"),
    "sinks": ("sinks.read", "sinks.write"),
    "users": ("access.read", "access.write"),
    "tokens": ("access.read", "access.write"),
    "roles": ("access.read", "access.write"),
    "audit-records": ("audit.read", "audit.read"),
}


def needed(method: str, path: str) -> Action | None:
    """The right that a request needs; None: nothing of this name is known.

    Args:
        method: Of HTTP; `GET` for a WebSocket.
        path: As it was asked, such as `/api/v1/cameras/01J…`.
    """
    if path == "/metrics":
        return "metrics.read"
    if path == "/openapi.json":
        return "session"
    if path == "/v2" or path.startswith("/v2/"):
        return "inference"
    inside = path.removeprefix("/api/v1")
    if inside == path:
        return None
    for asked, pattern, action in _SPECIAL:
        if asked in ("*", method) and _matches(pattern, inside):
            return action
    rights = _RESOURCES.get(inside.split("/")[1] if inside.startswith("/") else "")
    if rights is None:
        return None
    return rights[0] if method in _READ else rights[1]


def _matches(pattern: str, path: str) -> bool:
    parts = {"*": "[^/]+", "**": ".+"}
    return (
        re.fullmatch("/".join(parts.get(p, re.escape(p)) for p in pattern.split("/")), path)
        is not None
    )
