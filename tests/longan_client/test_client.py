import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from longan_client import Client, RefusedError, RejectedError, UnreachableError
from serving.store import Store, messages
from tests.cutting import Line
from tests.longan_client.conftest import BYTES, PIECE_BYTES, Api


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_model_is_submitted_and_accepted(
    longan: Client, api: Api, model: Path, described: Path
) -> None:
    told: list[tuple[int, int]] = []

    submission = longan.submit(model, described, lambda there, length: told.append((there, length)))
    accepted = longan.wait(submission.id, poll_s=0.02)

    assert (accepted.state, accepted.sha256) == ("accepted", digest(model))
    assert accepted.reference == "fixed@1.0.0"
    assert [there for there, _ in told] == sorted({there for there, _ in told})
    assert told[0] == (0, BYTES)
    assert told[-1] == (BYTES, BYTES)
    assert list(api.uploads_dir.iterdir()) == []


@pytest.mark.parametrize("breaks_after", [200_000, 450_000, 100])
def test_a_line_that_breaks_again_and_again_costs_only_time(
    longan: Client, line: Line, model: Path, described: Path, breaks_after: int
) -> None:
    line.cuts = [breaks_after] * 5

    submission = longan.submit(model, described)

    assert submission.sha256 == digest(model)
    assert line.connections > 1


def test_what_came_before_the_break_is_not_sent_again(
    longan: Client, line: Line, model: Path, described: Path
) -> None:
    line.cuts = [600_000]
    told: list[int] = []

    longan.submit(model, described, lambda there, _: told.append(there))

    assert any(PIECE_BYTES < there < 2 * PIECE_BYTES for there in told)


def test_a_line_that_stays_broken_is_said_and_a_later_call_goes_on(
    longan: Client, api: Api, line: Line, model: Path, described: Path
) -> None:
    line.cuts = [500_000, *([0] * 100)]
    with pytest.raises(UnreachableError, match="no platform answers"):
        longan.submit(model, described)
    line.cuts = []
    told: list[int] = []

    with Client(line.url, api.token) as another:
        submission = another.submit(model, described, lambda there, _: told.append(there))

    assert told[0] >= PIECE_BYTES
    assert submission.sha256 == digest(model)


def test_after_ctrl_c_the_same_command_goes_on(
    api: Api, line: Line, model: Path, described: Path
) -> None:
    longan = Path(sys.executable).parent / "longan"
    command = [longan, "submit", model, "--manifest", described, "--wait"]
    env = {**os.environ, "LONGAN_URL": line.url, "LONGAN_TOKEN": api.token}
    line.silent_after = 500_000

    first = subprocess.Popen(
        command, env=env, stderr=subprocess.PIPE, text=True, preexec_fn=_as_in_a_terminal
    )
    assert line.silent.wait(120)
    first.send_signal(signal.SIGINT)
    said = first.communicate(timeout=120)[1]
    kept = kept_in(api.uploads_dir)
    line.silent_after = None
    again = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert first.returncode == 130, said
    assert "the same command goes on" in said
    assert PIECE_BYTES < kept < BYTES
    assert (again.returncode, again.stdout) == (0, "fixed@1.0.0\n"), again.stderr
    assert list(api.uploads_dir.iterdir()) == []


def _as_in_a_terminal() -> None:
    """What runs in the background of a script ignores Ctrl-C, and so would its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def kept_in(folder: Path) -> int:
    """Bytes of the one unfinished upload, as soon as the platform has written what came."""
    until = time.monotonic() + 60
    while True:
        sizes = [file.stat().st_size for file in folder.glob("*.part")]
        if sizes and sizes[0] > PIECE_BYTES:
            return sizes[0]
        assert time.monotonic() < until, sizes
        time.sleep(0.1)


def test_another_file_is_another_upload(
    longan: Client, line: Line, model: Path, described: Path
) -> None:
    line.cuts = [500_000, *([0] * 100)]
    with pytest.raises(UnreachableError):
        longan.submit(model, described)
    line.cuts = []
    model.write_bytes(b"x" * BYTES)

    assert longan.submit(model, described).sha256 == digest(model)


def test_a_rejected_model_says_why(longan: Client, api: Api, model: Path, described: Path) -> None:
    api.reasons.extend(["has a Loop", "wants 3 inputs"])

    with pytest.raises(RejectedError, match="has a Loop") as rejected:
        longan.wait(longan.submit(model, described).id, poll_s=0.02)

    assert rejected.value.reasons == api.reasons


def test_a_refusal_carries_the_problem(longan: Client, model: Path, described: Path) -> None:
    described.write_text("name: [")

    with pytest.raises(RefusedError, match="manifest") as refused:
        longan.submit(model, described)

    assert (refused.value.status, refused.value.kind) == (422, "unprocessable-entity")
    assert refused.value.errors[0].where == "body.manifest"
    assert refused.value.problem["detail"] == refused.value.detail


def test_a_deployment_that_cannot_be_is_refused_field_by_field(longan: Client) -> None:
    with pytest.raises(RefusedError) as refused:
        longan.deploy("no-such-scenario", camera_ids=["nobody"])

    assert refused.value.status in (404, 409, 422)
    assert refused.value.detail


def test_without_a_platform_that_is_said() -> None:
    with Client("http://127.0.0.1:9", "token") as longan, pytest.raises(UnreachableError):
        longan.call("GET", "/cameras")


def test_a_list_is_read_to_its_end(longan: Client) -> None:
    for number in range(5):
        longan.call("POST", "/cameras", json={"name": f"{number}", "url": "rtsp://10.0.0.7/1"})

    names = [camera["name"] for camera in longan.pages("/cameras", limit=2)]

    assert sorted(names) == ["0", "1", "2", "3", "4"]


def test_following_misses_nothing_when_the_line_breaks(
    longan: Client, line: Line, store: Store
) -> None:
    broken: list[Exception] = []
    told = longan.follow(after="0", on_break=broken.append)
    _happens(store, "first")
    assert next(told).event["id"] == "first"

    line.cut_now()
    _happens(store, "second")
    _happens(store, "third")

    assert [next(told).event["id"], next(told).event["id"]] == ["second", "third"]
    assert broken


def test_following_without_a_token_ends(line: Line) -> None:
    with Client(line.url, "wrong") as nobody, pytest.raises(RefusedError) as refused:
        next(nobody.follow())

    assert refused.value.status == 401


def _happens(store: Store, id_: str) -> None:
    with store.write() as session:
        messages.append(session, message_id=id_, kind="test", subject="s", data={})
