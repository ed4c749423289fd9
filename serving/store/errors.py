"""What the store refuses.

StoreError (LonganError)
├── NotFoundError   no such row
└── ConflictError   the row is there already, or contradicts what is there
    └── StaleError  the row was changed by somebody else meanwhile
"""

from algorithms.errors import LonganError


class StoreError(LonganError):
    """The store cannot do what it was asked."""


class NotFoundError(StoreError):
    """What was asked for does not exist."""


class ConflictError(StoreError):
    """What was asked for contradicts what is there."""


class StaleError(ConflictError):
    """The row is no longer at the revision the caller knew."""
