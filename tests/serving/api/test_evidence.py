import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from prometheus_client import CollectorRegistry

from algorithms.manifest import AlgorithmManifest
from scenarios.events import Event, EventObject
from serving.api.asking import Asking
from serving.api.wires import (
    BadInputError,
    CannotRunError,
    InferAnswer,
    ModelKey,
    NotReadyError,
    PredictedBox,
    Prediction,
)
from serving.events.evidence import Sight, originals_dir, sights_file
from serving.events.recorder import Recorder
from serving.events.rows import Context
from serving.settings import Settings
from serving.store import Store, algorithms, events, tokens
from serving.store import models as rows
from tests.numbered import number_of, numbered, shown_at
from tests.serving.api.conftest import SignedIn
from tests.serving.events.cuts import cut_of

MakeEvent = Callable[..., rows.Event]

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
BOX = (0.2, 0.6, 0.4, 0.9)
HAPPENED = Event(
    id="01J0000000000000000000000A",
    revision=1,
    rule="association",
    zone="crossing",
    objects=(EventObject(1, "without_helmet", 0.8, BOX),),
    path=((AT, BOX),),
    confidence=0.8,
    first_seen_at=AT,
    opened_at=AT,
    last_seen_at=AT,
)
OUTLINE = ((0.5, 0.5), (0.95, 0.5), (0.95, 0.95))
CONTEXT = Context(
    "camera",
    "Gate",
    "Street",
    114.2,
    22.7,
    "deployment",
    1,
    "rider-helmet",
    "major",
    (),
    outlines={"crossing": OUTLINE},
)
EVENT = f"/api/v1/events/{HAPPENED.id}"
WHY = "asked by the traffic police, case 17"


@pytest.fixture
def happened(store: Store, settings: Settings, tmp_path: Path) -> None:
    """An event with pictures and a clip, recorded as a pipeline does it."""
    recorder = Recorder(store, settings.evidence_dir, settings.spool_dir)
    recorder.record(HAPPENED, CONTEXT, (320, 160), numbered(30))
    recorder.record_clip(HAPPENED.id, AT, cut_of(tmp_path), [Sight(1.2, HAPPENED.objects)])
    recorder.flush()


@pytest.fixture
def admin(app: FastAPI, store: Store) -> Iterator[TestClient]:
    with store.write() as session:
        secret = tokens.create(session, "admin")
    with TestClient(app, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


def picture(data: bytes) -> NDArray[np.uint8]:
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return np.asarray(image, np.uint8)


def head(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return image[100:140, 68:124]


def links(client: TestClient) -> dict[str, dict[str, object]]:
    return {link["kind"]: link for link in client.get(EVENT).json()["evidence"]}


@pytest.mark.usefixtures("happened")
def test_everybody_sees_pictures_with_the_head_masked(client: TestClient) -> None:
    shown = client.get(f"{EVENT}/evidence/snapshot")

    assert hashlib.sha256(shown.content).hexdigest() == links(client)["snapshot"]["sha256"]
    assert shown.headers["content-type"] == "image/jpeg"
    assert "immutable" in shown.headers["cache-control"]
    image = picture(shown.content)
    assert number_of(image) == 30
    assert head(image).std() < head(numbered(30)).std() / 2


@pytest.mark.usefixtures("happened")
def test_a_clip_is_masked_when_somebody_asks_and_shows_the_moment_where_it_says(
    client: TestClient, tmp_path: Path
) -> None:
    assert links(client)["clip"]["sha256"] is None

    first = client.get(f"{EVENT}/evidence/clip")
    second = client.get(f"{EVENT}/evidence/clip", headers={"Range": "bytes=0-99"})

    assert first.headers["content-type"] == "video/mp4"
    assert (second.status_code, len(second.content)) == (206, 100)
    link = links(client)["clip"]
    assert link["masked"] is True
    assert hashlib.sha256(first.content).hexdigest() == link["sha256"]
    (tmp_path / "shown.mp4").write_bytes(first.content)
    shown = shown_at(tmp_path / "shown.mp4", float(str(link["opened_s"])))
    assert number_of(shown) == 30
    assert head(shown).std() < head(numbered(30)).std() / 2


class SeesAFace:
    """A model that finds a face where nothing was tracked, or cannot say."""

    def __init__(self, why_not: NotReadyError | None = None) -> None:
        self.why_not = why_not
        self.asked: list[str] = []

    def why_not_ready(self) -> str | None:
        return None

    def infer(self, model: ModelKey, body: bytes, json_bytes: int | None) -> InferAnswer:
        raise BadInputError("Only pictures are looked at here.")

    def predict(self, model: ModelKey, picture: bytes, confidence: float | None) -> Prediction:
        self.asked.append(model.sha256)
        if self.why_not is not None:
            raise self.why_not
        return Prediction(320, 160, [PredictedBox("face", 0.4, 200, 100, 260, 140)], took_ms=1.0)


@pytest.fixture
def privacy(store: Store, make_manifest: Callable[..., AlgorithmManifest]) -> None:
    with store.write() as session:
        algorithms.register_shipped(session, make_manifest("privacy"), "a" * 64)


@pytest.mark.usefixtures("happened", "privacy")
def test_a_face_that_nobody_followed_is_masked_in_the_clip(
    app: FastAPI, client: TestClient, tmp_path: Path
) -> None:
    model = SeesAFace()
    app.state.asking = Asking(model, CollectorRegistry())

    (tmp_path / "shown.mp4").write_bytes(client.get(f"{EVENT}/evidence/clip").content)

    face = shown_at(tmp_path / "shown.mp4", 0.5)[100:140, 200:260]
    assert face.std() < numbered(12)[100:140, 200:260].std() / 2
    assert links(client)["clip"]["masked_by"] == "privacy@0.1.0"
    assert links(client)["snapshot"]["masked_by"] is None
    assert model.asked == ["a" * 64] * 10  # 2 s, five looks a second


@pytest.mark.usefixtures("happened", "privacy")
def test_while_the_models_are_busy_a_clip_waits_for_them(app: FastAPI, client: TestClient) -> None:
    app.state.asking = Asking(SeesAFace(NotReadyError("Busy.", 7)), CollectorRegistry())
    busy = client.get(f"{EVENT}/evidence/clip")
    app.state.asking = Asking(SeesAFace(), CollectorRegistry())
    ready = client.get(f"{EVENT}/evidence/clip")

    assert (busy.status_code, busy.headers["retry-after"]) == (503, "7")
    assert ready.status_code == 200
    assert links(client)["clip"]["masked_by"] == "privacy@0.1.0"


@pytest.mark.usefixtures("happened", "privacy")
@pytest.mark.parametrize("model", [SeesAFace(CannotRunError("privacy cannot run: no file")), None])
def test_without_the_model_what_was_tracked_is_masked_and_the_clip_says_so(
    app: FastAPI, client: TestClient, tmp_path: Path, model: SeesAFace | None
) -> None:
    app.state.asking = Asking(model, CollectorRegistry())

    (tmp_path / "shown.mp4").write_bytes(client.get(f"{EVENT}/evidence/clip").content)

    link = links(client)["clip"]
    assert (link["masked"], link["masked_by"]) == (True, None)
    shown = shown_at(tmp_path / "shown.mp4", float(str(link["opened_s"])))
    assert head(shown).std() < head(numbered(30)).std() / 2


@pytest.mark.usefixtures("happened")
@pytest.mark.parametrize("kind", ["snapshot", "crop", "clip"])
def test_the_admin_opens_originals_with_a_reason_that_stays(admin: TestClient, kind: str) -> None:
    before = admin.get(f"{EVENT}/audit-records").json()["items"]

    opened = admin.get(f"{EVENT}/evidence/{kind}/original", params={"reason": WHY})

    (record,) = admin.get(f"{EVENT}/audit-records").json()["items"]
    digest = hashlib.sha256(opened.content).hexdigest()
    assert before == []
    assert opened.headers["cache-control"] == "no-store"
    assert digest == links(admin)[kind]["original_sha256"]
    assert (record["action"], record["kind"], record["sha256"]) == ("opened", kind, digest)
    assert (record["token_name"], record["reason"]) == ("admin", WHY)


@pytest.mark.usefixtures("happened")
def test_an_original_shows_the_head(admin: TestClient) -> None:
    opened = admin.get(f"{EVENT}/evidence/snapshot/original", params={"reason": WHY})

    assert head(picture(opened.content)).std() > head(numbered(30)).std() * 0.8


@pytest.mark.usefixtures("happened")
def test_originals_are_closed_without_the_right_and_without_a_reason(
    client: TestClient, admin: TestClient, signed_in: SignedIn
) -> None:
    original = f"{EVENT}/evidence/snapshot/original"

    other = signed_in("scenario_owner").get(original, params={"reason": WHY})
    silent = admin.get(original)
    blank = admin.get(original, params={"reason": "        "})

    assert (other.status_code, silent.status_code, blank.status_code) == (403, 422, 422)
    assert "evidence.originals" in other.json()["detail"]
    assert client.get(f"{EVENT}/audit-records").json()["items"] == []


@pytest.mark.usefixtures("happened")
def test_an_original_that_was_changed_is_not_passed_off_as_one(
    admin: TestClient, settings: Settings
) -> None:
    (file,) = originals_dir(settings.evidence_dir).rglob("*-crop.jpg")
    file.write_bytes(b"another picture")

    answer = admin.get(f"{EVENT}/evidence/crop/original", params={"reason": WHY})

    assert answer.status_code == 409
    assert "SHA-256" in answer.json()["detail"]


@pytest.mark.usefixtures("happened")
def test_a_clip_that_cannot_be_masked_is_not_shown(client: TestClient, settings: Settings) -> None:
    (file,) = originals_dir(settings.evidence_dir).rglob("*-clip.mp4")
    sights_file(file).unlink()

    answer = client.get(f"{EVENT}/evidence/clip")

    assert answer.status_code == 409
    assert not list(settings.evidence_dir.rglob("*-clip.*"))


@pytest.mark.usefixtures("happened")
def test_boxes_and_zone_are_data_and_drawn_when_asked(client: TestClient) -> None:
    plain = picture(client.get(f"{EVENT}/evidence/snapshot").content).astype(int)

    drawn = picture(client.get(f"{EVENT}/evidence/snapshot", params={"overlay": True}).content)

    changed = np.abs(drawn - plain).max(axis=2) > 25
    assert client.get(EVENT).json()["zone_outline"] == [list(corner) for corner in OUTLINE]
    assert changed[96:144, 64].mean() > 0.5  # the left side of the box
    assert changed[80, 165:300].mean() > 0.5  # the upper side of the zone
    assert changed[:70].mean() < 0.01  # far from both


@pytest.mark.usefixtures("happened")
def test_only_the_snapshot_has_an_overlay(client: TestClient) -> None:
    answer = client.get(f"{EVENT}/evidence/clip", params={"overlay": True})

    assert answer.status_code == 422
    assert "snapshot" in answer.json()["detail"]


@pytest.mark.usefixtures("happened")
def test_a_hold_is_placed_with_a_reason_and_released_with_one(client: TestClient) -> None:
    none = client.get(f"{EVENT}/hold")
    placed = client.put(f"{EVENT}/hold", json={"reason": WHY})
    shown = client.get(f"{EVENT}/hold")
    unsaid = client.delete(f"{EVENT}/hold")
    released = client.delete(f"{EVENT}/hold", params={"reason": "case closed"})
    again = client.delete(f"{EVENT}/hold", params={"reason": "case closed"})

    assert (none.status_code, placed.status_code) == (404, 200)
    assert shown.json() == placed.json()
    assert (placed.json()["reason"], placed.json()["placed_by"]) == (WHY, "tests")
    assert (unsaid.status_code, released.status_code, again.status_code) == (422, 204, 404)
    records = client.get(f"{EVENT}/audit-records").json()["items"]
    assert [(r["action"], r["reason"]) for r in records] == [
        ("held", WHY),
        ("released", "case closed"),
    ]


def test_nothing_is_held_that_never_happened(client: TestClient) -> None:
    answer = client.put("/api/v1/events/01JNOBODY/hold", json={"reason": WHY})

    assert answer.status_code == 404


def attach(store: Store, event: rows.Event, path: str) -> None:
    """Evidence as release 0.1 wrote it: shown as it is, without an original."""
    with store.write() as session:
        events.record(session, event)
        events.add_evidence(
            session,
            rows.Evidence(
                event_id=event.id,
                kind="snapshot",
                path=path,
                media_type="image/jpeg",
                sha256="a" * 64,
                size_bytes=4,
            ),
        )


def test_evidence_that_is_not_there_says_why(
    client: TestClient, store: Store, make_event: MakeEvent
) -> None:
    event = make_event()
    attach(store, event, "a/1.jpg")

    missing = client.get(f"/api/v1/events/{event.id}/evidence/snapshot")
    never = client.get(f"/api/v1/events/{event.id}/evidence/clip")

    assert (missing.status_code, never.status_code) == (404, 404)
    assert "no longer in the evidence folder" in missing.json()["detail"]


def test_evidence_never_leaves_its_folder(
    client: TestClient, store: Store, settings: Settings, make_event: MakeEvent
) -> None:
    event = make_event()
    attach(store, event, "../secret.jpg")
    settings.evidence_dir.mkdir(parents=True)
    (settings.data_dir / "secret.jpg").write_bytes(b"\xff\xd8\xff\xd9")

    assert client.get(f"/api/v1/events/{event.id}/evidence/snapshot").status_code == 404


def test_evidence_of_the_first_release_is_shown_and_has_no_original(
    client: TestClient, admin: TestClient, store: Store, settings: Settings, make_event: MakeEvent
) -> None:
    event = make_event()
    attach(store, event, "a/1.jpg")
    (settings.evidence_dir / "a").mkdir(parents=True)
    (settings.evidence_dir / "a/1.jpg").write_bytes(b"\xff\xd8\xff\xd9")
    path = f"/api/v1/events/{event.id}/evidence/snapshot"

    assert client.get(path).content == b"\xff\xd8\xff\xd9"
    assert admin.get(f"{path}/original", params={"reason": WHY}).status_code == 404
