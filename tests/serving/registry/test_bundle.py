import hashlib
import io
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given
from hypothesis import settings as drawn
from hypothesis import strategies as st

from algorithms.manifest import AlgorithmManifest
from serving.registry.bundle import BundleError, pack, unpack
from serving.registry.keys import key_id
from serving.registry.statement import Provenance, manifest_text, sign

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
MEMBERS = ("statement.dsse.json", "manifest.json", "report.json", "model.onnx")


@pytest.fixture
def packed(tmp_path: Path, make_manifest: Callable[..., AlgorithmManifest]) -> bytes:
    model = tmp_path / "model"
    model.write_bytes(b"a network" * 100)
    manifest = make_manifest().model_dump(mode="json")
    about = Provenance(
        name="rider-helmet",
        version="0.1.0",
        origin="submitted",
        submitted_by="team",
        submitted_at=datetime(2026, 11, 24, tzinfo=UTC),
        training_data="made up",
        licence="AGPL-3.0",
        team="tests",
    )
    envelope = sign(KEY, hashlib.sha256(model.read_bytes()).hexdigest(), manifest, about)
    target = io.BytesIO()
    pack(target, model, manifest_text(manifest), envelope, None)
    return target.getvalue()


def members(packed: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}  # pyright: ignore[reportOptionalMemberAccess]


def archive(*parts: tuple[str, bytes], **fields: Any) -> bytes:
    """A tar of anything: name, content, and what else every header says."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, content in parts:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            for field, value in fields.items():
                setattr(member, field, value)
            tar.addfile(member, io.BytesIO(content))
    return target.getvalue()


def test_what_was_packed_comes_out(packed: bytes, tmp_path: Path) -> None:
    came = unpack(io.BytesIO(packed), tmp_path / "out", KEYS)

    assert (tmp_path / "out").read_bytes() == b"a network" * 100
    assert (came.manifest.name, came.manifest.version) == ("rider-helmet", "0.1.0")
    assert came.signer in KEYS
    assert tuple(members(packed)) == MEMBERS


def test_a_stranger_is_refused_before_the_model_is_read(packed: bytes, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="LONGAN_TRUSTED_KEYS"):
        unpack(io.BytesIO(packed), tmp_path / "out", {})

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["manifest.json", "model.onnx"])
def test_what_was_changed_is_refused(packed: bytes, tmp_path: Path, name: str) -> None:
    parts = members(packed)
    parts[name] = parts[name].replace(b"0", b"1").replace(b"network", b"artwork")
    changed = archive(*((n, parts[n]) for n in MEMBERS))

    with pytest.raises(BundleError, match=f"expected {name} with sha256"):
        unpack(io.BytesIO(changed), tmp_path / "out", KEYS)


FIRST = "statement.dsse.json"
HOSTILE = {
    "traversal": archive(("../../etc/cron.d/x", b"x")),
    "absolute": archive(("/etc/passwd", b"x")),
    "symbolic link": archive((FIRST, b""), type=tarfile.SYMTYPE, linkname="/etc/passwd"),
    "hard link": archive((FIRST, b""), type=tarfile.LNKTYPE, linkname="/etc/passwd"),
    "device": archive((FIRST, b""), type=tarfile.CHRTYPE),
    "fifo": archive((FIRST, b""), type=tarfile.FIFOTYPE),
    "folder": archive((FIRST, b""), type=tarfile.DIRTYPE),
    "sparse": archive((FIRST, b""), type=tarfile.GNUTYPE_SPARSE),
    "long name": archive(("x" * 5000, b"x")),
    "another order": archive(("manifest.json", b"{}")),
    "large statement": archive((FIRST, b"x" * (2**20 + 1))),
    "empty archive": archive(),
    "empty": b"",
    "zip": b"PK\x03\x04" + bytes(600),
    "gzip": b"\x1f\x8b\x08" + bytes(600),
    "cut off": archive((FIRST, b"x" * 5000))[:2000],
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_is_refused_and_writes_nothing(kind: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="the bundle: expected"):
        unpack(io.BytesIO(HOSTILE[kind]), tmp_path / "out", KEYS)

    assert list(tmp_path.iterdir()) == []


def test_a_fifth_member_is_refused(packed: bytes, tmp_path: Path) -> None:
    parts = members(packed).items()

    with pytest.raises(BundleError, match="expected its end"):
        unpack(io.BytesIO(archive(*parts, ("more", b"x"))), tmp_path / "out", KEYS)


@given(st.data())
@drawn(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_however_a_bundle_is_damaged_the_answer_is_a_refusal_or_the_same_version(
    packed: bytes, tmp_path: Path, data: st.DataObject
) -> None:
    damaged = bytearray(packed)
    for at in data.draw(st.lists(st.integers(0, len(packed) - 1), min_size=1, max_size=8)):
        damaged[at] = data.draw(st.integers(0, 255))

    try:
        unpack(io.BytesIO(bytes(damaged)), tmp_path / "out", KEYS)
    except BundleError:
        return
    assert (tmp_path / "out").read_bytes() == b"a network" * 100
