import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import cv2
import pytest
import typer
from typer.testing import CliRunner

from algorithms.errors import DatasetError
from serving.access import Actor, Grant
from serving.settings import Settings
from serving.store import Store, evidence, tokens
from serving.store.models import Evidence
from tests.training.feedback.conftest import NOW, Happened
from training.dataset_command import dataset
from training.datasets.library import Library
from training.datasets.store import sha256_of
from training.feedback.reviewed import Reviewed, Wanted, gather, keep


def quiet(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def gathered(store: Store, settings: Settings, admin: Actor) -> Iterator[Any]:
    def make(**fields: Any) -> Reviewed:
        usual: dict[str, Any] = {"since": None, "until": NOW + timedelta(days=99), "share": 0.0}
        wanted = Wanted("rider-helmet", **{**usual, **fields})
        return gather(store, settings, wanted, admin, quiet, borrowed)

    with ExitStack() as borrowed:
        yield make


def test_confirmed_events_are_positives_with_their_boxes_on_the_unmasked_picture(
    gathered: Any, happened: Happened, settings: Settings
) -> None:
    event_id = happened("confirmed")

    (picture,) = gathered().truth.pictures

    assert picture.name == f"{event_id}.jpg"
    assert picture.file.is_relative_to(settings.data_dir / "originals")
    (box,) = picture.boxes
    assert (box.class_name, box.x, box.y, box.width, box.height) == (
        "without_helmet",
        24,
        16,
        24,
        32,
    )
    assert (picture.camera, picture.licence) == ("c1", "proprietary")
    assert picture.captured_at == "2026-11-24T20:00:00+08:00"


def test_a_look_alike_is_a_picture_without_boxes_of_a_class_that_is_known(
    gathered: Any, happened: Happened
) -> None:
    happened("false_alarm", "look_alike")

    found = gathered()

    (picture,) = found.truth.pictures
    assert picture.boxes == ()
    assert found.truth.classes == ("without_helmet",)
    assert found.taken == {"hard negative": 1}


@pytest.mark.parametrize("reason", ["wrong_class", "tracking"])
def test_where_the_thing_is_there_but_said_wrongly_a_person_draws_the_box(
    gathered: Any, happened: Happened, reason: str
) -> None:
    happened("false_alarm", reason)

    found = gathered()

    assert found.truth.pictures == ()
    (picture,) = found.to_label.pictures
    assert len(picture.boxes) == 1
    assert picture.split is None


@pytest.mark.parametrize(
    ("verdict", "reason", "why"),
    [
        ("false_alarm", "allowed", "not drawn (allowed)"),
        ("false_alarm", "wrong_place", "not drawn (wrong_place)"),
        ("unsure", None, "not drawn (unsure)"),
        (None, None, "not drawn (unreviewed)"),
    ],
)
def test_what_says_nothing_about_the_model_is_no_truth(
    gathered: Any, happened: Happened, verdict: str | None, reason: str | None, why: str
) -> None:
    happened(verdict, reason)

    assert gathered().dropped == {why: 1}
    drawn = gathered(share=1.0)
    assert drawn.truth.pictures == ()
    assert len(drawn.to_label.pictures) == 1


def test_a_tenth_is_drawn_the_same_for_the_same_seed(gathered: Any, happened: Happened) -> None:
    for _ in range(60):
        happened(None)

    def names(seed: int) -> set[str]:
        found = gathered(share=0.25, seed=seed, per_camera_day=100)
        return {picture.name for picture in found.to_label.pictures}

    assert names(1) == names(1)
    assert names(1) != names(2)
    assert 3 <= len(names(1)) <= 30


def test_every_original_that_is_opened_is_in_the_audit(
    store: Store, gathered: Any, happened: Happened, admin: Actor
) -> None:
    taken, left = happened("confirmed"), happened(None)

    gathered()

    with store.read() as session:
        (record,) = evidence.audit_of(session, taken)
        assert evidence.audit_of(session, left) == []
    assert (record.action, record.reason, record.token_id) == ("opened", "training data", admin.id)
    assert record.sha256 is not None


def test_what_has_no_original_any_more_is_left_out(
    gathered: Any, happened: Happened, settings: Settings
) -> None:
    happened("confirmed", original_removed_at=NOW)
    happened("confirmed", snapshot=False)
    happened("confirmed", original_sha256="0" * 64)
    lost = happened("confirmed")
    (settings.data_dir / "originals" / "2026/11/24" / f"{lost}-snapshot.png").unlink()

    found = gathered()

    assert found.truth.pictures == ()
    assert found.dropped == {
        "its original was removed": 1,
        "no snapshot": 1,
        "its file is not the one that was recorded": 1,
        "its file is missing": 1,
    }


def test_a_camera_gives_so_many_pictures_a_day_and_no_more(
    gathered: Any, happened: Happened
) -> None:
    for camera in ("c1", "c2"):
        for hours in (0, 1, 2, 3, 5, 6):  # 20:00 to 23:00, and after midnight, in Shanghai
            happened("confirmed", camera=camera, at=NOW + timedelta(hours=hours))

    found = gathered(per_camera_day=3)

    days = Counter((p.camera, (p.captured_at or "")[:10]) for p in found.truth.pictures)
    assert days == {
        ("c1", "2026-11-24"): 3,
        ("c1", "2026-11-25"): 2,
        ("c2", "2026-11-24"): 3,
        ("c2", "2026-11-25"): 2,
    }
    assert found.dropped == {"over the cap of its camera's day": 2}


def saved_again(store: Store, settings: Settings, event_id: str, brighter: int) -> None:
    """The event's original shows the same, in other bytes."""
    file = settings.data_dir / "originals" / "2026/11/24" / f"{event_id}-snapshot.png"
    picture = cv2.imread(str(file))
    assert picture is not None
    cv2.imwrite(str(file), picture + brighter)
    with store.write() as session:
        row = session.get_one(Evidence, (event_id, "snapshot"))
        row.original_sha256 = sha256_of(file)


def test_two_events_of_one_picture_are_one_picture_with_both_boxes(
    gathered: Any, happened: Happened
) -> None:
    happened("confirmed", seed=1)
    happened("confirmed", seed=1, box=(0.6, 0.1, 0.9, 0.3))
    happened("false_alarm", "look_alike", seed=1, box=(0.0, 0.1, 0.2, 0.3))

    (picture,) = gathered().truth.pictures

    assert len(picture.boxes) == 2


def test_the_same_parked_thing_again_is_dropped_and_another_one_there_is_not(
    store: Store, gathered: Any, happened: Happened, settings: Settings
) -> None:
    first = happened("confirmed", seed=1)
    again = happened("confirmed", seed=1, box=(0.26, 0.25, 0.51, 0.75))
    other = happened("confirmed", seed=1, box=(0.6, 0.1, 0.9, 0.3))
    elsewhere = happened("confirmed", seed=1, camera="c2")
    for brighter, event_id in enumerate((again, other, elsewhere), 1):
        saved_again(store, settings, event_id, brighter)

    found = gathered()

    names = {picture.name for picture in found.truth.pictures}
    assert names == {f"{event_id}.jpg" for event_id in (first, other, elsewhere)}
    assert found.dropped == {"near-duplicates": 1}


def test_a_camera_day_stands_on_one_side(gathered: Any, happened: Happened) -> None:
    for camera in range(6):
        for hours in range(0, 72, 7):
            happened("confirmed", camera=f"c{camera}", at=NOW + timedelta(hours=hours))

    pictures = gathered().truth.pictures

    sides: dict[tuple[str | None, str], set[str | None]] = {}
    for p in pictures:
        sides.setdefault((p.camera, (p.captured_at or "")[:10]), set()).add(p.split)
    assert all(len(split) == 1 for split in sides.values())
    assert {p.split for p in pictures} == {"train", "val"}


def test_the_lineage_says_who_said_what_about_which_version(
    gathered: Any, happened: Happened, tmp_path: Path
) -> None:
    event_id = happened("false_alarm", "look_alike")

    (file,) = keep(Library(tmp_path / "library"), "autumn", gathered(), quiet)

    about = json.loads(file.with_name("lineage.json").read_text())
    assert about["data_class"] == "personal"
    assert about["pictures"] == [
        {
            "name": f"{event_id}.jpg",
            "kind": "hard negative",
            "drawn_at_random": False,
            "events": [
                {
                    "id": event_id,
                    "deployment_id": "01JDEPLOYMENT",
                    "deployment_revision": 3,
                    "algorithms": [
                        {"name": "rider-helmet", "version": "0.1.0", "sha256": "a" * 64}
                    ],
                    "verdict": "false_alarm",
                    "reason": "look_alike",
                    "reviewer": "admin",
                }
            ],
        }
    ]


def test_nothing_reviewed_is_an_error_that_says_why(
    gathered: Any, happened: Happened, tmp_path: Path
) -> None:
    happened(None)

    with pytest.raises(DatasetError, match=r"became a picture: 1 not drawn \(unreviewed\)"):
        keep(Library(tmp_path / "library"), "autumn", gathered(), quiet)


def run(*words: str, exit_code: int = 0) -> Any:
    app = typer.Typer()
    app.add_typer(dataset, name="dataset")
    result = CliRunner().invoke(app, ["dataset", *words])
    assert result.exit_code == exit_code, result.output + repr(result.exception)
    return result


def test_from_the_command_line_to_a_release(
    store: Store,
    settings: Settings,
    happened: Happened,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for number in range(6):
        happened("confirmed", camera=f"c{number}", at=NOW - timedelta(days=number))
        happened("false_alarm", "look_alike", camera=f"c{number}", at=NOW - timedelta(days=number))
    with store.write() as session:
        secret = tokens.create(session, "admin")
    monkeypatch.setenv("LONGAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LONGAN_DATABASE_URL", f"sqlite:///{tmp_path / 'longan.db'}")
    monkeypatch.setenv("LONGAN_TOKEN", secret)
    period = ("--scenario", "rider-helmet", "--since", "2026-11-19", "--until", "2026-11-24")

    said = run("from-reviews", "autumn", *period, "--share", "0").stdout
    release = run("release", "autumn").stdout.strip()

    lines = [line.split(maxsplit=1) for line in said.splitlines()]
    assert ["5", "hard negative"] in lines
    assert ["5", "positive"] in lines
    released = Library(settings.datasets_dir.absolute()).released(release)
    assert len(released.data.pictures) == 10
    assert released.licence == "proprietary"


def test_originals_need_their_right(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with store.write() as session:
        secret = tokens.create(session, "hotline", [Grant("reviewer")])
    monkeypatch.setenv("LONGAN_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LONGAN_DATABASE_URL", f"sqlite:///{tmp_path / 'longan.db'}")
    monkeypatch.setenv("LONGAN_TOKEN", secret)

    result = run("from-reviews", "autumn", "--scenario", "rider-helmet", exit_code=1)

    assert "right evidence.originals only" in str(result.exception)
