from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from algorithms.errors import LonganError
from serving.store.archive import Archive, write_whole
from serving.store.errors import ObjectsAwayError
from serving.store.objects import Bucket
from tests.bucket import S3

KEY = ("any", "secret")
SOON = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def bucket(s3: S3) -> Bucket:
    return Bucket(s3.create(), *KEY)


@pytest.fixture
def archive(bucket: Bucket, tmp_path: Path) -> Archive:
    return Archive(tmp_path / "evidence", bucket)


def clip(archive: Archive, name: str = "clip.mp4") -> Path:
    """Of a megabyte, so that it comes in more than one piece."""
    file = archive.originals_dir / "2026/11/30" / name
    write_whole(file, lambda part: part.write_bytes(bytes(range(256)) * 4096))
    return file


def read(archive: Archive, file: Path, *span: int) -> bytes:
    return b"".join(archive.read(file, *span))


def test_a_file_that_went_up_is_read_as_before(archive: Archive) -> None:
    file = clip(archive)
    whole = file.read_bytes()

    archive.move_up(file)

    assert not file.exists()
    assert archive.size(file) == len(whole)
    assert read(archive, file) == whole
    assert read(archive, file, 300, 900) == whole[300:900]
    assert read(archive, file, len(whole) - 5) == whole[-5:]
    with archive.at_hand(file) as (copy,):
        assert copy.read_bytes() == whole
    assert not copy.exists()
    assert list(archive.up()) == [file]


def test_a_file_that_is_not_up_yet_is_read_from_its_folder(archive: Archive) -> None:
    file = clip(archive)

    assert archive.waiting() == [file]
    assert read(archive, file, 256, 258) == b"\x00\x01"
    assert list(archive.up()) == []


def test_what_was_cut_short_between_copy_and_removal_is_done_again(
    archive: Archive, bucket: Bucket
) -> None:
    file = clip(archive)
    whole = file.read_bytes()
    bucket.put("originals/2026/11/30/clip.mp4", file)

    archive.move_up(file)

    assert archive.waiting() == []
    assert read(archive, file) == whole


def test_a_file_that_is_being_written_does_not_go_up(archive: Archive) -> None:
    seen: list[list[Path]] = []

    def write(part: Path) -> None:
        part.write_bytes(b"half")
        seen.append(archive.waiting())

    write_whole(archive.evidence_dir / "clip.mp4", write)

    assert seen == [[]]
    assert archive.waiting() == [archive.evidence_dir / "clip.mp4"]


def test_what_cannot_be_written_leaves_nothing_behind(archive: Archive) -> None:
    def write(part: Path) -> None:
        part.write_bytes(b"half")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        write_whole(archive.evidence_dir / "clip.mp4", write)

    assert list(archive.evidence_dir.iterdir()) == []


def test_a_removed_file_is_nowhere(archive: Archive) -> None:
    up, here = clip(archive, "up.mp4"), clip(archive, "here.mp4")
    archive.move_up(up)

    archive.remove([up, here, archive.evidence_dir / "never.jpg"])

    for file in (up, here):
        with pytest.raises(FileNotFoundError):
            archive.size(file)
        with pytest.raises(FileNotFoundError):
            archive.read(file)


def test_only_what_went_up_before_a_moment_is_listed(archive: Archive) -> None:
    file = clip(archive)
    archive.move_up(file)

    assert list(archive.up(SOON)) == [file]
    assert list(archive.up(SOON - timedelta(days=3))) == []


def test_a_bucket_that_is_away_says_so_and_loses_nothing(tmp_path: Path) -> None:
    away = Bucket("s3://longan?endpoint=http://127.0.0.1:9&region=x", *KEY)
    archive = Archive(tmp_path / "evidence", away)
    file = clip(archive)

    with pytest.raises(ObjectsAwayError, match="does not answer"):
        archive.move_up(file)

    assert archive.waiting() == [file]
    assert len(read(archive, file)) == 2**20


def test_a_bucket_that_does_not_exist_loses_nothing(s3: S3, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "evidence", Bucket(s3.url("nobody-made-it"), *KEY))
    file = clip(archive)

    with pytest.raises(ObjectsAwayError, match="make it"):
        archive.move_up(file)

    assert archive.waiting() == [file]


def test_an_address_with_unknown_words_is_refused() -> None:
    with pytest.raises(LonganError, match="LONGAN_S3_SECRET_ACCESS_KEY"):
        Bucket("s3://longan?secret_access_key=hush")


def test_without_a_bucket_files_stay_where_they_are(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "evidence")
    file = clip(archive)

    archive.move_up(file)
    with archive.at_hand(file) as (same,):
        assert same == file

    assert file.is_file()
    assert list(archive.up()) == []
    with pytest.raises(FileNotFoundError), archive.at_hand(tmp_path / "evidence" / "none.jpg"):
        pass
