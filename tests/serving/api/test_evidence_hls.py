import hashlib
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import av
import pytest
from fastapi.testclient import TestClient

from serving.settings import Settings
from tests.serving.api.test_evidence import EVENT, happened

__all__ = ["happened"]

PLAYLIST = f"{EVENT}/evidence/clip.m3u8"


def _fetch(client: TestClient, folder: Path) -> Path:
    """The playlist with all that it names, as a player fetches it."""
    (folder / "clip.hls").mkdir(parents=True)
    answer = client.get(PLAYLIST)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.apple.mpegurl"
    named = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    for name in ["clip.hls/init.mp4", *named]:
        part = client.get(urljoin(PLAYLIST, name))
        assert part.status_code == 200
        (folder / name).write_bytes(part.content)
    (folder / "clip.m3u8").write_text(answer.text)
    return folder / "clip.m3u8"


def _pictures(file: Path) -> list[tuple[float, str]]:
    """When each coded picture is shown, and what it is."""
    with av.open(str(file)) as clip:
        return [
            (
                float((packet.pts or 0) * packet.time_base),
                hashlib.sha256(bytes(packet)).hexdigest(),
            )
            for packet in clip.demux(video=0)
            if packet.size
        ]


@pytest.mark.usefixtures("happened")
def test_a_player_gets_the_same_pictures_by_hls_as_in_the_mp4(
    client: TestClient, tmp_path: Path
) -> None:
    playlist = _fetch(client, tmp_path / "hls")
    (tmp_path / "clip.mp4").write_bytes(client.get(f"{EVENT}/evidence/clip").content)

    played = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", playlist, "-f", "framemd5", "-"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert played.stderr == ""
    frames = [line for line in played.stdout.splitlines() if not line.startswith("#")]
    mp4 = _pictures(tmp_path / "clip.mp4")
    hls = _pictures(playlist)
    assert len(frames) == len(mp4) == len(hls)
    assert [digest for _, digest in hls] == [digest for _, digest in mp4]
    assert [at for at, _ in hls] == pytest.approx([at for at, _ in mp4], abs=0.002)


@pytest.mark.usefixtures("happened")
def test_durations_add_up_and_none_is_longer_than_said(client: TestClient) -> None:
    lines = client.get(PLAYLIST).text.splitlines()

    durations = [float(line[8:-1]) for line in lines if line.startswith("#EXTINF:")]
    (target,) = (int(line[22:]) for line in lines if line.startswith("#EXT-X-TARGETDURATION:"))
    assert sum(durations) == pytest.approx(2.0, abs=0.1)
    assert max(durations) <= target
    assert lines[-1] == "#EXT-X-ENDLIST"


@pytest.mark.usefixtures("happened")
def test_what_there_is_not_is_not_found(client: TestClient, settings: Settings) -> None:
    past_the_end = client.get(f"{EVENT}/evidence/clip.hls/99.m4s")
    elsewhere = client.get(f"{EVENT}/evidence/clip.hls/..%2Fclip")
    no_event = client.get("/api/v1/events/none/evidence/clip.m3u8")

    assert (past_the_end.status_code, no_event.status_code) == (404, 404)
    assert "segments" in past_the_end.json()["detail"]
    assert elsewhere.status_code in (404, 422)
