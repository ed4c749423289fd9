"""Evidence that has gone up to S3 is shown, scrubbed, proven and removed like any other."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from serving.events.evidence import Sight
from serving.events.moving import Moving
from serving.events.recorder import Recorder
from serving.events.retention import GRACE, Retention, prune, sweep
from serving.settings import Settings
from serving.store import Store
from serving.store.archive import Archive
from serving.store.errors import ObjectsAwayError
from serving.store.models import now
from tests.bucket import S3
from tests.numbered import numbered
from tests.serving.api.test_evidence import AT, CONTEXT, EVENT, HAPPENED, WHY
from tests.serving.events.cuts import cut_of

Get = Callable[..., Any]


@pytest.fixture
def settings(settings: Settings, s3: S3) -> Settings:
    keys = {"s3_access_key_id": "any", "s3_secret_access_key": "secret"}
    return settings.model_copy(update={"evidence_url": s3.create(), **keys})


@pytest.fixture
def archive(settings: Settings) -> Archive:
    return Archive.of(settings)


@pytest.fixture
def happened(store: Store, settings: Settings, tmp_path: Path) -> None:
    recorder = Recorder(store, settings.evidence_dir, settings.spool_dir)
    recorder.record(HAPPENED, CONTEXT, (320, 160), numbered(30))
    recorder.record_clip(HAPPENED.id, AT, cut_of(tmp_path), [Sight(1.2, HAPPENED.objects)])
    recorder.flush()


@pytest.fixture
def up(happened: None, archive: Archive) -> None:
    """All of it is in the bucket, nothing on the disk."""
    assert Moving(archive).round() == 6
    assert archive.waiting() == []


@pytest.fixture
def evidence(client: TestClient) -> Get:
    def get(kind: str, *, headers: dict[str, str] | None = None, **params: Any) -> Any:
        return client.get(f"{EVENT}/evidence/{kind}", params=params, headers=headers)

    return get


@pytest.fixture
def hashes(client: TestClient) -> Callable[[str], dict[str, Any]]:
    def of(kind: str) -> dict[str, Any]:
        links = client.get(EVENT).json()["evidence"]
        return next(link for link in links if link["kind"] == kind)

    return of


@pytest.mark.usefixtures("up")
def test_pictures_are_shown_from_the_bucket(
    evidence: Get, hashes: Callable[[str], dict[str, Any]]
) -> None:
    shown, drawn = evidence("snapshot"), evidence("snapshot", overlay=True)

    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/jpeg"
    assert hashlib.sha256(shown.content).hexdigest() == hashes("snapshot")["sha256"]
    assert drawn.status_code == 200
    assert drawn.content != shown.content


@pytest.mark.usefixtures("up")
def test_a_clip_is_masked_from_the_bucket_and_goes_up_in_turn(
    evidence: Get, hashes: Callable[[str], dict[str, Any]], archive: Archive
) -> None:
    masked = evidence("clip")
    moved = Moving(archive).round()
    again = evidence("clip")

    assert masked.status_code == 200
    assert hashlib.sha256(masked.content).hexdigest() == hashes("clip")["sha256"]
    assert moved == 1
    assert again.content == masked.content


@pytest.mark.usefixtures("up")
def test_a_player_seeks_in_a_clip_in_the_bucket(evidence: Get, archive: Archive) -> None:
    whole = evidence("clip")
    Moving(archive).round()
    size, tag = len(whole.content), whole.headers["etag"]

    def part(span: str, **headers: str) -> Any:
        return evidence("clip", headers={"Range": span, **headers})

    middle, rest, last = part("bytes=100-199"), part("bytes=100-"), part("bytes=-50")
    beyond, changed = part(f"bytes={size}-"), part("bytes=0-9", **{"If-Range": '"another"'})
    same = part("bytes=0-9", **{"If-Range": tag})

    assert (middle.status_code, middle.content) == (206, whole.content[100:200])
    assert middle.headers["content-range"] == f"bytes 100-199/{size}"
    assert (rest.status_code, rest.content) == (206, whole.content[100:])
    assert (last.status_code, last.content) == (206, whole.content[-50:])
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert (same.status_code, same.content) == (206, whole.content[:10])


@pytest.mark.usefixtures("up")
def test_an_original_in_the_bucket_is_proven_by_its_hash(
    evidence: Get, hashes: Callable[[str], dict[str, Any]], archive: Archive
) -> None:
    opened = evidence("crop/original", reason=WHY)
    clip = evidence("clip/original", reason=WHY)
    (crop,) = (f for f in archive.up() if "originals" in f.parts and f.stem.endswith("crop"))
    crop.parent.mkdir(parents=True, exist_ok=True)
    crop.write_bytes(b"another picture")
    archive.move_up(crop)
    forged = evidence("crop/original", reason=WHY)

    assert hashlib.sha256(opened.content).hexdigest() == hashes("crop")["original_sha256"]
    assert hashlib.sha256(clip.content).hexdigest() == hashes("clip")["original_sha256"]
    assert forged.status_code == 409


@pytest.mark.usefixtures("up")
def test_what_is_too_old_leaves_the_bucket(store: Store, archive: Archive, evidence: Get) -> None:
    kept = Retention(days=30, days_of={}, originals_days=7)

    prune(store, archive, kept, AT + timedelta(days=8))
    originals_gone = [file.parts[-5] for file in archive.up()]
    prune(store, archive, kept, AT + timedelta(days=31))

    assert originals_gone == ["evidence", "evidence"]
    assert list(archive.up()) == []
    assert evidence("snapshot").status_code == 410


@pytest.mark.usefixtures("up")
def test_what_no_event_claims_is_swept_out_of_the_bucket(store: Store, archive: Archive) -> None:
    claimed = set(archive.up())
    stray = archive.evidence_dir / "2026/11/24/01J0000000000000000000000Z-snapshot.jpg"
    photo = archive.evidence_dir / "work-orders/2026/11/24/01J0000000000000000000000Z-01J.jpg"
    for file in (stray, photo):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
        archive.move_up(file)

    early = sweep(store, archive, now() + GRACE - timedelta(minutes=5))
    late = sweep(store, archive, now() + GRACE + timedelta(minutes=5))

    assert (early, late) == (0, 1)
    assert set(archive.up()) == {*claimed, photo}


@pytest.mark.usefixtures("happened")
def test_while_the_bucket_is_away_evidence_is_shown_from_the_disk_and_none_is_lost(
    archive: Archive, settings: Settings, evidence: Get, s3: S3
) -> None:
    before = {file: file.read_bytes() for file in archive.waiting()}
    s3.stop()
    try:
        with pytest.raises(ObjectsAwayError):
            Moving(archive).round()
        shown = evidence("snapshot")
        waiting = {file: file.read_bytes() for file in archive.waiting()}
    finally:
        s3.start()
    s3.create((settings.evidence_url or "").split("/")[2])
    Moving(archive).round()

    assert shown.status_code == 200
    assert waiting == before
    assert archive.waiting() == []
    assert {file: b"".join(archive.read(file)) for file in archive.up()} == before


@pytest.mark.usefixtures("up")
def test_a_bucket_that_is_away_is_a_problem_that_passes(
    evidence: Get, s3: S3, settings: Settings
) -> None:
    s3.stop()
    try:
        answer = evidence("snapshot")
    finally:
        s3.start()

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert (settings.evidence_url or "") not in answer.text
