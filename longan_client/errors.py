"""What can go wrong.

PlatformError
├── UnreachableError   no answer came
├── RefusedError       the platform answered with a problem (RFC 9457)
└── RejectedError      a submitted model did not pass its check
"""

from typing import Any, NamedTuple

import httpx

PASSING = (408, 502, 503, 504)


class PlatformError(Exception):
    """The platform cannot be reached or does not do what was asked."""

    passes = False
    """Whether another try may go better."""


class UnreachableError(PlatformError):
    """No answer came; the request may have been carried out all the same."""

    passes = True


class WrongFieldError(NamedTuple):
    """One thing that was wrong in what was sent."""

    where: str
    """Such as `body.name`."""

    message: str


class RefusedError(PlatformError):
    """The platform's own words, and the rest of its problem details.

    Args:
        answer: Any answer from status 400 on.
    """

    def __init__(self, answer: httpx.Response) -> None:
        self.status = answer.status_code
        self.passes = self.status in PASSING
        self.problem = _problem(answer)
        """The whole of it; empty where something between here and the platform answered."""
        self.kind: str = str(self.problem.get("type", "")).rpartition(":")[2]
        """Such as `not-found`, `no-capacity`."""
        self.detail: str = self.problem.get("detail", "")
        self.errors = [
            WrongFieldError(each["where"], each["message"])
            for each in self.problem.get("errors", [])
        ]
        said = f"{self.problem.get('title', '')}: {self.detail}"
        silent = f"HTTP {self.status} from {answer.request.url.path}"
        super().__init__(said if self.detail else silent)


class RejectedError(PlatformError):
    """The check's reasons, one sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        super().__init__("refused:\n  - " + "\n  - ".join(reasons))


def _problem(answer: httpx.Response) -> dict[str, Any]:
    if answer.headers.get("content-type") != "application/problem+json":
        return {}
    try:
        return answer.json()
    except ValueError:  # a HEAD has no body
        return {}
