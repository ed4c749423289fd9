"""A version in one file: an uncompressed tar of four plain files in a fixed order.

Nothing is unpacked by name and nothing is compressed, so an archive can neither write elsewhere
nor grow.
"""

import hashlib
import io
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from algorithms.admission import TrialReport
from algorithms.admission.files import LARGEST_MIB
from algorithms.errors import LonganError, ManifestError
from algorithms.manifest import AlgorithmManifest
from serving.registry.keys import Keys
from serving.registry.statement import MANIFEST, MODEL, SignatureError, Statement, opened

MEDIA_TYPE = "application/vnd.longan.bundle+tar"

STATEMENT, REPORT = "statement.dsse.json", "report.json"

_MIB = 2**20
_SIZES = {STATEMENT: _MIB, MANIFEST: _MIB, REPORT: _MIB, MODEL: LARGEST_MIB * _MIB}
"""The members in their order, and how large each may be: small ones first, so that a signature
nobody knows is refused before the model is read."""

_BLOCK = 512


class BundleError(LonganError):
    """A file is no bundle, or not one of a trusted platform."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What came in one.

    Args:
        manifest: Of the version.
        statement: The other platform's.
        signer: Id of its key.
        envelope: The statement as it was signed, as JSON.
        sha256: Of the model.
    """

    manifest: AlgorithmManifest
    statement: Statement
    signer: str
    envelope: str
    sha256: str


def pack(
    target: IO[bytes], model: Path, manifest: str, envelope: str, report: TrialReport | None
) -> None:
    """Write a bundle; the same version always gives the same bytes."""
    told = report.model_dump_json() if report else "null"
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, text in ((STATEMENT, envelope), (MANIFEST, manifest), (REPORT, told)):
            content = text.encode()
            _add(tar, name, len(content), io.BytesIO(content))
        with model.open("rb") as file:
            _add(tar, MODEL, model.stat().st_size, file)


def unpack(source: IO[bytes], model: Path, keys: Keys) -> Bundle:
    """Read a bundle of a stranger; only the model is written, to the path given.

    Args:
        source: The file.
        model: Where its model goes.
        keys: Whose signature is enough.

    Raises:
        BundleError: Not such an archive, signed by nobody who is trusted, or changed since.
    """
    texts: dict[str, bytes] = {}
    for name in (STATEMENT, MANIFEST, REPORT):
        texts[name] = b"".join(_member(source, name))
    try:
        envelope = texts[STATEMENT].decode()
        statement, signer = opened(envelope, keys)
        _compare(statement, MANIFEST, hashlib.sha256(texts[MANIFEST]).hexdigest())
        manifest = AlgorithmManifest.from_yaml(texts[MANIFEST].decode(), where=MANIFEST)
    except (SignatureError, ManifestError) as error:
        raise BundleError(f"the bundle: {error}") from error
    except UnicodeDecodeError as error:
        raise BundleError(f"the bundle: expected text in UTF-8, got {error}") from error
    digest = hashlib.sha256()
    with model.open("wb") as out:
        for chunk in _member(source, MODEL):
            digest.update(chunk)
            out.write(chunk)
    if source.read(_BLOCK).strip(b"\0"):
        raise BundleError(f"the bundle: expected its end after {MODEL}, got more")
    _compare(statement, MODEL, digest.hexdigest())
    about = statement.predicate
    if (about.name, about.version) != (manifest.name, manifest.version):
        raise BundleError(
            f"the bundle: expected a statement about {manifest.name}@{manifest.version}, got one "
            f"about {about.name}@{about.version}"
        )
    return Bundle(manifest, statement, signer, envelope, digest.hexdigest())


def _compare(statement: Statement, subject: str, came: str) -> None:
    expected = statement.digests.get(subject, "none")
    if came != expected:
        raise BundleError(
            f"the bundle: expected {subject} with sha256 {expected[:16]}…, as signed, got "
            f"{came[:16]}…; export it again"
        )


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    tar.addfile(member, content)


def _member(source: IO[bytes], name: str) -> Iterator[bytes]:
    """The content of the next member, which must be a plain file of this name."""
    header = source.read(_BLOCK)
    try:
        found = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    except tarfile.HeaderError as error:
        raise BundleError(
            f"the bundle: expected {name} in an uncompressed tar, got something else ({error}); "
            "`longan algorithm export` writes one"
        ) from error
    if found.name != name or found.type != tarfile.REGTYPE:
        kind = "" if found.type == tarfile.REGTYPE else " that is no plain file"
        raise BundleError(
            f"the bundle: expected {', '.join(_SIZES)} in this order, got {found.name[:64]!r}"
            f"{kind} in place of {name}; `longan algorithm export` writes one"
        )
    if not 0 <= found.size <= _SIZES[name]:
        raise BundleError(
            f"the bundle: expected {name} of at most {_SIZES[name] // _MIB} MiB, got "
            f"{found.size / _MIB:.0f} MiB"
        )
    left = found.size
    while left:
        chunk = source.read(min(left, _MIB))
        if not chunk:
            raise BundleError(f"the bundle: expected the whole of {name}, got the file's end")
        left -= len(chunk)
        yield chunk
    source.read(-found.size % _BLOCK)
