import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient

from algorithms.manifest import AlgorithmManifest
from serving.api import uploads
from serving.api.body_limit import MIB
from serving.api.checking import Checking
from serving.api.receiving import DISK_RESERVE, KEPT_FOR, UNFINISHED, Announced, Uploads
from serving.settings import Settings
from serving.store import Store, tokens

TUS = {"Tus-Resumable": "1.0.0"}
MODEL = bytes(range(256)) * 40
SHA256 = hashlib.sha256(MODEL).hexdigest()


def announce(client: TestClient, length: int = len(MODEL), **headers: Any) -> Any:
    return client.post("/api/v1/uploads", headers={**TUS, "Upload-Length": str(length), **headers})


def begun(client: TestClient, length: int = len(MODEL), **headers: Any) -> str:
    answer = announce(client, length, **headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def send(client: TestClient, place: str, content: Any, offset: int, **headers: str) -> Any:
    told = {**TUS, "Upload-Offset": str(offset), "Content-Type": uploads.OFFSET_BYTES}
    return client.patch(place, content=content, headers={**told, **headers})


def offset_of(client: TestClient, place: str) -> int:
    return int(client.head(place, headers=TUS).headers["Upload-Offset"])


def metadata(digest: str) -> str:
    return f"filename {base64.b64encode(b'm.onnx').decode()},sha256 " + (
        base64.b64encode(digest.encode()).decode()
    )


META: dict[str, Any] = {"Upload-Metadata": metadata(SHA256)}


def submit(client: TestClient, place: str, manifest: AlgorithmManifest | bytes) -> Any:
    text = (
        manifest
        if isinstance(manifest, bytes)
        else yaml.safe_dump(manifest.model_dump(mode="json")).encode()
    )
    return client.post(
        "/api/v1/submissions",
        data={"upload": place.rpartition("/")[2]},
        files={"manifest": ("algorithm.yaml", text)},
    )


def kept(client: TestClient) -> Uploads:
    return cast("FastAPI", client.app).state.uploads


@pytest.fixture
def manifest(make_manifest: Any) -> AlgorithmManifest:
    return make_manifest("yolox-nano", "1.0.0")


@pytest.fixture
def stranger(app: FastAPI, store: Store, client: TestClient) -> TestClient:
    """Somebody else's token at the same running API."""
    with store.write() as session:
        token = tokens.create(session, "another team")
    return TestClient(app, headers={"Authorization": f"Bearer {token}"})


def left(settings: Settings) -> list[Path]:
    return sorted(settings.uploads_dir.iterdir())


def test_what_the_server_can_do_is_told(client: TestClient) -> None:
    told = client.options("/api/v1/uploads").headers

    assert told["Tus-Version"] == "1.0.0"
    assert told["Tus-Extension"] == "creation,expiration,termination"
    assert told["Tus-Max-Size"] == str(MIB)


def test_a_model_comes_in_pieces_and_is_handed_in(
    client: TestClient, manifest: AlgorithmManifest, settings: Settings, admit: Any
) -> None:
    place = begun(client, **META)
    first = send(client, place, MODEL[:1000], 0)
    asked = client.head(place, headers=TUS)
    last = send(client, place, MODEL[1000:], 1000)

    answer = submit(client, place, manifest)

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    assert asked.headers["Upload-Length"] == str(len(MODEL))
    assert asked.headers["Upload-Metadata"] == metadata(SHA256)
    assert asked.headers["Cache-Control"] == "no-store"
    assert last.headers["Upload-Offset"] == str(len(MODEL))
    assert (answer.status_code, answer.json()["sha256"]) == (202, SHA256)
    checking: Checking = cast("FastAPI", client.app).state.checking
    checking.check(answer.json()["id"]).result(10)
    assert admit.checked == [MODEL]
    assert left(settings) == []


@pytest.mark.parametrize("offset", [0, 999, 1001, 20_000])
def test_another_offset_is_a_conflict_that_changes_nothing(client: TestClient, offset: int) -> None:
    place = begun(client)
    send(client, place, MODEL[:1000], 0)

    answer = send(client, place, b"other", offset)

    assert answer.status_code == 409
    assert "expected 1000" in answer.json()["detail"]
    assert offset_of(client, place) == 1000


def test_more_than_was_announced_is_refused(client: TestClient) -> None:
    place = begun(client, 10)

    at_once = send(client, place, b"x" * 11, 0)
    in_chunks = send(client, place, iter([b"x" * 6, b"x" * 6]), 0)

    assert (at_once.status_code, in_chunks.status_code) == (413, 413)
    assert offset_of(client, place) in (0, 6)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.0"}, 412),
        ({"Upload-Length": str(MIB + 1)}, 413),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": "many"}, 422),
        ({"Upload-Metadata": "sha256 !!"}, 400),
        ({"Upload-Metadata": "sha256 YWJj"}, 400),
        ({"Upload-Metadata": " YWJj"}, 400),
        ({"Upload-Metadata": "x" * 3000}, 422),
    ],
)
def test_a_wrong_announcement_is_refused_and_leaves_nothing(
    client: TestClient, settings: Settings, headers: dict[str, Any], status: int
) -> None:
    assert announce(client, **headers).status_code == status
    assert left(settings) == []


def test_bytes_of_another_type_are_refused(client: TestClient) -> None:
    place = begun(client)

    answer = send(client, place, MODEL, 0, **{"Content-Type": "application/octet-stream"})

    assert answer.status_code == 415


def test_a_token_has_a_few_uploads_at_a_time(client: TestClient, stranger: TestClient) -> None:
    places = [begun(client, 10) for _ in range(UNFINISHED)]

    refused = announce(client, 10)

    assert refused.status_code == 429
    assert "DELETE" in refused.json()["detail"]
    assert announce(stranger, 10).status_code == 201
    assert client.delete(places[0], headers=TUS).status_code == 204
    assert announce(client, 10).status_code == 201


def test_a_token_has_a_limit_of_bytes(client: TestClient) -> None:
    begun(client, MIB)
    begun(client, MIB)

    assert announce(client, 1).status_code == 429


def test_the_disk_is_not_filled(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    place = begun(client, 1000)
    free = DISK_RESERVE + 1500

    def told(_: Path) -> int:
        return free

    monkeypatch.setattr(kept(client), "_free", told)

    too_much = announce(client, 501)  # 1000 announced bytes are still to come
    fits = announce(client, 500)
    free = DISK_RESERVE
    sent = send(client, place, b"x" * 1000, 0)

    assert (too_much.status_code, fits.status_code) == (507, 201)
    assert sent.status_code == 507
    assert offset_of(client, place) == 0


def test_an_upload_is_its_teams_own(
    client: TestClient, stranger: TestClient, manifest: AlgorithmManifest
) -> None:
    place = begun(client)
    send(client, place, MODEL, 0)

    assert stranger.head(place, headers=TUS).status_code == 404
    assert send(stranger, place, b"", len(MODEL)).status_code == 404
    assert stranger.delete(place, headers=TUS).status_code == 404
    assert submit(stranger, place, manifest).status_code == 404
    assert stranger.get("/api/v1/uploads").json() == []
    assert submit(client, place, manifest).status_code == 202


def test_a_client_that_lost_everything_finds_its_upload_again(client: TestClient) -> None:
    place = begun(client, **META)
    send(client, place, MODEL[:7], 0)

    (found,) = client.get("/api/v1/uploads").json()

    assert place.endswith(found["id"])
    assert (found["offset"], found["length"], found["sha256"]) == (7, len(MODEL), SHA256)


def test_expired_uploads_and_halves_are_removed(client: TestClient, settings: Settings) -> None:
    place = begun(client)
    (settings.uploads_dir / "lost.part").write_bytes(b"x")
    (settings.uploads_dir / "lonely.json").write_text("{}")

    kept(client).announce("t", 1, "", datetime.now(UTC) + KEPT_FOR + timedelta(seconds=1))

    assert client.head(place, headers=TUS).status_code == 404
    assert len(left(settings)) == 2  # of the new one


def test_an_upload_survives_a_restart(app: FastAPI, token: str) -> None:
    signed = {"Authorization": f"Bearer {token}"}
    with TestClient(app, headers=signed) as before:
        place = begun(before)
        send(before, place, MODEL[:100], 0)

    with TestClient(app, headers=signed) as after:
        assert offset_of(after, place) == 100


def test_an_unfinished_upload_is_not_handed_in(
    client: TestClient, manifest: AlgorithmManifest
) -> None:
    place = begun(client)
    send(client, place, MODEL[:-1], 0)

    answer = submit(client, place, manifest)

    assert answer.status_code == 409
    assert f"{len(MODEL) - 1} of {len(MODEL)}" in answer.json()["detail"]
    assert offset_of(client, place) == len(MODEL) - 1


def test_another_file_than_announced_is_refused_and_removed(
    client: TestClient, manifest: AlgorithmManifest, settings: Settings
) -> None:
    place = begun(client, **dict[str, Any](META, **{"Upload-Metadata": metadata("0" * 64)}))
    send(client, place, MODEL, 0)

    answer = submit(client, place, manifest)

    assert answer.status_code == 422
    assert SHA256 in answer.json()["detail"]
    assert left(settings) == []


def test_a_refused_submission_leaves_the_upload_to_try_again(
    client: TestClient, manifest: AlgorithmManifest, settings: Settings
) -> None:
    place = begun(client)
    send(client, place, MODEL, 0)

    refused = submit(client, place, b"name: [")
    without = client.post("/api/v1/submissions", data={"upload": place.rpartition("/")[2]})

    assert (refused.status_code, without.status_code) == (422, 422)
    assert not list(settings.models_dir.rglob("*.onnx"))
    assert submit(client, place, manifest).status_code == 202


def test_handing_in_again_makes_nothing_twice(
    client: TestClient, manifest: AlgorithmManifest
) -> None:
    place = begun(client)
    send(client, place, MODEL, 0)
    first = submit(client, place, manifest)

    again = submit(client, place, manifest)

    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert len(client.get("/api/v1/submissions").json()["items"]) == 1


def test_a_submission_is_one_file_in_one_way(
    client: TestClient, manifest: AlgorithmManifest
) -> None:
    text = yaml.safe_dump(manifest.model_dump(mode="json")).encode()

    neither = client.post("/api/v1/submissions", files={"manifest": text})
    both = client.post("/api/v1/submissions", data={"upload": "x"}, files={"model": MODEL})

    assert (neither.status_code, both.status_code) == (422, 422)


def test_who_asks_last_has_the_upload(client: TestClient, settings: Settings) -> None:
    receiving, mine = kept(client), object()
    place = begun(client)
    upload_id = place.rpartition("/")[2]
    note = (settings.uploads_dir / f"{upload_id}.json").read_bytes()
    token_id = Announced.model_validate_json(note).token_id
    receiving.take_over(upload_id, token_id, mine)
    receiving.append(upload_id, mine, 0, b"abc")

    assert offset_of(client, place) == 3

    with pytest.raises(uploads.ProblemError, match="Another request"):
        receiving.append(upload_id, mine, 3, b"def")
    assert offset_of(client, place) == 3
