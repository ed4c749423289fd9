"""What the store refuses.

StoreError (LonganError)
├── NotFoundError   no such row
│   └── RevokedError    an algorithm version that may not be used any more
├── ElsewhereError  the row lies where the actor may not do this
├── ObjectsAwayError the evidence bucket does not answer
├── BackupError     a backup cannot be made, or not be restored
└── ConflictError   the row is there already, or contradicts what is there
    └── StaleError  the row was changed by somebody else meanwhile
"""

from algorithms.errors import LonganError


class StoreError(LonganError):
    """The store cannot do what it was asked."""


class NotFoundError(StoreError):
    """What was asked for does not exist."""


class RevokedError(NotFoundError):
    """The algorithm version was revoked: nothing may run it."""


class ElsewhereError(StoreError):
    """The row lies, or would lie, in a division where the actor has no such right."""


class ObjectsAwayError(StoreError):
    """The evidence bucket does not answer, or refuses."""


class BackupError(StoreError):
    """A backup cannot be made, or is not to be restored."""


class ConflictError(StoreError):
    """What was asked for contradicts what is there."""


class StaleError(ConflictError):
    """The row is no longer at the revision the caller knew."""
