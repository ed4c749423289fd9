"""Algorithms: versions that never change, and aliases that move over them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from algorithms.manifest import AlgorithmManifest
from serving.store.errors import ConflictError, NotFoundError
from serving.store.models import AlgorithmAlias, AlgorithmVersion

CHAMPION = "champion"
"""The alias a bare name stands for."""


def resolve(session: Session, reference: str) -> AlgorithmVersion:
    """The version a reference means.

    Args:
        session: An open transaction.
        reference: `name` (its champion), `name@version` or `name:alias`.

    Raises:
        NotFoundError: No such algorithm, version or alias.
    """
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


def set_alias(session: Session, name: str, alias: str, version: str) -> None:
    """Let an alias stand for a version; raises NotFoundError when there is no such version."""
    get(session, name, version)
    row = session.get(AlgorithmAlias, (name, alias), with_for_update=True)
    if row is None:
        session.add(AlgorithmAlias(name=name, alias=alias, version=version))
    else:
        row.version = version
    session.flush()


def register_shipped(session: Session, manifest: AlgorithmManifest, sha256: str) -> None:
    """Make a model that comes with the platform known; safe to repeat at every start.

    The files of the release are the truth: a changed one replaces what was registered.

    Raises:
        ConflictError: A team submitted the same name and version before.
    """
    document = manifest.model_dump(mode="json")
    row = _find(session, manifest.name, manifest.version)
    if row is None:
        add(session, manifest, sha256, origin="shipped")
    elif row.origin == "shipped":
        row.manifest, row.sha256 = document, sha256
        session.flush()
    else:
        raise ConflictError(
            f"{manifest.name} {manifest.version} was submitted by a team, so the shipped model "
            "of that version cannot be registered; give the shipped one another version"
        )


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
