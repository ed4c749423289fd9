"""Every sealed column: under which keys its secrets are, and sealing them anew."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Text, column, func, select, table, update
from sqlalchemy.orm import Session

from serving.store import Store
from serving.store.sealing import START, Keyring, SealingError, place

SEALED = (
    ("camera", "id", "url"),
    ("camera", "id", "sub_url"),
    ("sink", "id", "spec"),
    ("sink", "id", "secret"),
    ("idempotency_key", "key", "request_sha256"),
    ("idempotency_key", "key", "body"),
)
"""Table, what names the row, column."""

AT_ONCE = 200
"""Rows of one transaction."""


def used_keys(session: Session) -> Counter[str]:
    """Key id → how many secrets are sealed by it."""
    found: Counter[str] = Counter()
    for name, _, secret in SEALED:
        sealed = column(secret, Text)
        key = func.substr(sealed, len(START) + 1, 12)
        query = select(key, func.count()).select_from(table(name, sealed))
        for used, count in session.execute(query.where(sealed.is_not(None)).group_by(key)):
            found[used] += count
    return found


def check(session: Session, keys: Keyring) -> None:
    """Look whether everything can be opened.

    Raises:
        SealingError: Some is sealed by a key that is not here.
    """
    missing = {key: count for key, count in used_keys(session).items() if key not in keys.ids}
    if missing:
        told = ", ".join(f"{count} by {key}" for key, count in sorted(missing.items()))
        raise SealingError(
            f"secrets in the store are sealed by keys that this platform does not have ({told}); "
            "give it those keys again, such as from the copy of `secret-keys` (docs/security.md)"
        )


def reseal(store: Store, keys: Keyring) -> int:
    """Seal by the first key what is sealed by another; how many that were.

    Safe to break off and to repeat, and while the platform runs.
    """
    done = 0
    for name, row, secret in SEALED:
        while True:
            with store.write() as session:
                count = sum(1 for _ in _batch(session, keys, name, row, secret))
            done += count
            if count < AT_ONCE:
                break
    return done


def _batch(session: Session, keys: Keyring, name: str, row: str, secret: str) -> Iterator[str]:
    # Not the model's table: that would say that the row was changed just now.
    named, sealed = column(row, Text), column(secret, Text)
    where = table(name, named, sealed)
    others = (
        select(named, sealed)
        .select_from(where)
        .where(sealed.is_not(None), ~sealed.startswith(f"{START}{keys.first}:"))
        .limit(AT_ONCE)
        .with_for_update()
    )
    for key, old in session.execute(others).all():
        at = place(name, secret, key)
        new: Any = keys.seal(keys.open(old, at), at)
        session.execute(update(where).where(named == key).values({secret: new}))
        yield key
