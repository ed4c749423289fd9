"""Algorithms: versions that never change, and aliases that move over them."""

from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from serving.store.errors import ConflictError, NotFoundError, RevokedError, StaleError
from serving.store.models import AlgorithmAlias, AlgorithmAliasMove, AlgorithmVersion, now

CHAMPION = "champion"
"""The alias a bare name stands for."""

State = Literal["approved", "retired", "revoked"]
"""`retired`: what runs goes on, nothing new may use it. `revoked`: nothing runs it."""


def resolve(session: Session, reference: str) -> AlgorithmVersion:
    """The version a reference means.

    Args:
        session: An open transaction.
        reference: `name` (its champion), `name@version` or `name:alias`.

    Raises:
        NotFoundError: No such algorithm, version or alias.
        RevokedError: There is, and it was revoked.
    """
    row = _resolve(session, reference)
    if row.state == "revoked":
        raise revoked(row)
    return row


def revoked(row: AlgorithmVersion) -> RevokedError:
    """What to say to whoever asks for a revoked version."""
    return RevokedError(
        f"{row.name}@{row.version} was revoked at {row.state_at:%Y-%m-%d %H:%M} UTC: "
        f"{row.state_reason}; use another version or move the alias "
        f"(PUT /api/v1/algorithms/{row.name}/aliases/{CHAMPION})"
    )


def _resolve(session: Session, reference: str) -> AlgorithmVersion:
    name, at, version = reference.partition("@")
    if at:
        return get(session, name, version)
    name, _, alias = reference.partition(":")
    row = session.get(AlgorithmAlias, (name, alias or CHAMPION))
    if row is None:
        raise NotFoundError(
            f"there is no algorithm {name!r} with the alias {alias or CHAMPION!r}; "
            "GET /api/v1/algorithms lists them, POST /api/v1/submissions adds one"
        )
    return get(session, name, row.version)


def get(session: Session, name: str, version: str) -> AlgorithmVersion:
    """One version; raises NotFoundError."""
    row = _find(session, name, version)
    if row is None:
        raise NotFoundError(
            f"there is no version {version!r} of an algorithm {name!r}; "
            "GET /api/v1/algorithms lists them"
        )
    return row


def exists(session: Session, name: str, version: str) -> bool:
    """Whether there is such a version."""
    return _find(session, name, version) is not None


def names(session: Session) -> list[str]:
    """Every algorithm, by name."""
    return list(
        session.scalars(select(AlgorithmVersion.name).distinct().order_by(AlgorithmVersion.name))
    )


def versions(session: Session, name: str) -> list[AlgorithmVersion]:
    """All versions, newest first; raises NotFoundError when there is none."""
    query = select(AlgorithmVersion).where(AlgorithmVersion.name == name)
    rows = list(session.scalars(query.order_by(AlgorithmVersion.id.desc())))
    if not rows:
        raise NotFoundError(
            f"there is no algorithm {name!r}; GET /api/v1/algorithms lists them, "
            "POST /api/v1/submissions adds one"
        )
    return rows


def aliases(session: Session, name: str) -> dict[str, str]:
    """Which version each alias of an algorithm stands for."""
    rows = session.scalars(select(AlgorithmAlias).where(AlgorithmAlias.name == name))
    return {row.alias: row.version for row in rows}


def with_champion(session: Session) -> set[str]:
    """Names of all algorithms that a bare reference finds."""
    query = select(AlgorithmAlias.name).where(AlgorithmAlias.alias == CHAMPION)
    return set(session.scalars(query))


def alias(session: Session, name: str, alias: str) -> AlgorithmAlias:
    """What an alias stands for; raises NotFoundError."""
    row = session.get(AlgorithmAlias, (name, alias))
    if row is None:
        raise NotFoundError(
            f"{name!r} has no alias {alias!r}; PUT a version here to make it, "
            "GET /api/v1/algorithms lists what there is"
        )
    return row


def alias_moves(session: Session, name: str, alias: str) -> list[AlgorithmAliasMove]:
    """What an alias has stood for, newest first."""
    moves = select(AlgorithmAliasMove).where(
        AlgorithmAliasMove.name == name, AlgorithmAliasMove.alias == alias
    )
    return list(session.scalars(moves.order_by(AlgorithmAliasMove.revision.desc())))


def set_alias(
    session: Session,
    name: str,
    alias: str,
    version: str,
    expected: int | None = None,
    by: str = "platform",
) -> AlgorithmAlias:
    """Let an alias stand for an approved version.

    Args:
        session: A write transaction.
        name: Of the algorithm.
        alias: Such as `champion` or `candidate`.
        version: What it shall stand for.
        expected: Its revision as the caller knows it, 0 where there was none; None: whatever it is.
        by: Name of the token that was used.

    Raises:
        NotFoundError: There is no such version.
        ConflictError: The version is retired or revoked.
        StaleError: Somebody else moved the alias meanwhile.
    """
    stands_for = get(session, name, version)
    row = session.get(AlgorithmAlias, (name, alias), with_for_update=True)
    revision = row.revision if row else 0
    if expected is not None and expected != revision:
        raise StaleError(
            f"the alias {alias!r} of {name} is at revision {revision}, not {expected}; GET it and "
            "decide again"
        )
    if stands_for.state != "approved":
        raise ConflictError(
            f"expected an approved version, got {name}@{version}, which is {stands_for.state} "
            f"({stands_for.state_reason}); GET /api/v1/algorithms/{name}/versions lists others"
        )
    if row is None:
        row = AlgorithmAlias(name=name, alias=alias, version=version, revision=1)
        session.add(row)
    elif row.version == version:
        return row
    else:
        row.version, row.revision = version, revision + 1
    session.add(
        AlgorithmAliasMove(
            name=name, alias=alias, revision=row.revision, version=version, moved_by=by
        )
    )
    session.flush()
    return row


def set_state(
    session: Session,
    name: str,
    version: str,
    state: State,
    reason: str,
    expected: int | None = None,
    by: str = "platform",
) -> AlgorithmVersion:
    """Retire a version, bring it back, or revoke it for good.

    Args:
        session: A write transaction.
        name: Of the algorithm.
        version: Which.
        state: What it shall be.
        reason: Why; everybody who asks for a revoked version is told.
        expected: Its revision as the caller knows it; None: whatever it is.
        by: Name of the token that was used.

    Raises:
        NotFoundError: There is no such version.
        ConflictError: It was revoked, which is for good.
        StaleError: Somebody else changed the state meanwhile.
    """
    row = get(session, name, version)
    session.refresh(row, with_for_update=True)
    if expected is not None and expected != row.revision:
        raise StaleError(
            f"{name}@{version} is at revision {row.revision}, not {expected}; GET it and decide "
            "again"
        )
    if row.state == "revoked" and state != "revoked":
        raise ConflictError(
            f"{name}@{version} was revoked ({row.state_reason}), which is for good; submit the "
            "model again as a new version"
        )
    if row.state != state:
        row.state, row.state_reason, row.state_by, row.state_at = state, reason, by, now()
        row.revision += 1
        session.flush()
    return row


def register_shipped(
    session: Session, manifest: AlgorithmManifest, sha256: str
) -> AlgorithmVersion:
    """Make a model that comes with the platform known; safe to repeat at every start.

    Raises:
        ConflictError: There is another model or manifest under the same name and version.
    """
    row = _find(session, manifest.name, manifest.version)
    if row is None:
        return add(session, manifest, sha256, origin="shipped")
    if row.origin != "shipped":
        raise ConflictError(
            f"{manifest.name} {manifest.version} was submitted by a team, so the shipped model "
            "of that version cannot be registered; give the shipped one another version"
        )
    if row.sha256 != sha256 or AlgorithmManifest.model_validate(row.manifest) != manifest:
        raise ConflictError(
            f"{manifest.name} {manifest.version} as shipped now differs from what was registered, "
            "and versions never change; what was registered stays: give the new one another version"
        )
    return row


def add(
    session: Session, manifest: AlgorithmManifest, sha256: str, *, origin: str
) -> AlgorithmVersion:
    """Store an approved version; the first of its name becomes champion.

    Raises:
        ConflictError: The version is there already.
    """
    if _find(session, manifest.name, manifest.version) is not None:
        raise ConflictError(
            f"{manifest.name} {manifest.version} is there already and versions never change; "
            "raise the version in the manifest"
        )
    row = AlgorithmVersion(
        name=manifest.name,
        version=manifest.version,
        state="approved",
        manifest=manifest.model_dump(mode="json"),
        sha256=sha256,
        origin=origin,
    )
    session.add(row)
    session.flush()
    if CHAMPION not in aliases(session, manifest.name):
        set_alias(session, manifest.name, CHAMPION, manifest.version)
    return row


def _find(session: Session, name: str, version: str) -> AlgorithmVersion | None:
    return session.scalar(
        select(AlgorithmVersion).where(
            AlgorithmVersion.name == name, AlgorithmVersion.version == version
        )
    )
