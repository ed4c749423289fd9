"""What can go wrong between a camera and its pictures.

LonganError
└── SourceError   a camera's address gives no (more) pictures; says why in one word and one sentence
"""

from typing import Literal

from algorithms.errors import LonganError

SourceReason = Literal[
    "not_found",
    "auth_failed",
    "not_video",
    "unreachable",
    "timeout",
    "ended",
    "decode_errors",
    "unsupported",
]


class SourceError(LonganError):
    """A source cannot be opened or broke off.

    The message is shown to people and stored, so it never holds the address: that may carry a
    password. For the same reason it is raised without the library's error as its cause, whose
    text quotes the address.
    """

    def __init__(self, reason: SourceReason, message: str) -> None:
        super().__init__(message)
        self.reason: SourceReason = reason
        self.message = message
