"""A platform of 64 cameras without the cameras: for the benchmark of the wall.

    python -m benchmarks.wall_server FOLDER PORT EVENTS_A_SECOND

The API, the live protocol, the store, the messages and the dashboard are the platform's own. In
place of cameras and analysis stand pictures of the bikes clip, made once in every width, with ten
moving boxes each, and events written to the store as the recorder writes them. Ends when its input
closes.
"""

import math
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import uvicorn
from numpy.typing import NDArray
from ulid import ULID

from algorithms.admission import Verdict
from algorithms.manifest import AlgorithmManifest
from serving.api import PreviewBox, PreviewFrame, PreviewWant, create_api
from serving.api.live_viewer import WIDTHS_PX
from serving.settings import Settings
from serving.store import Store, cameras, deployments, events, sealing, tokens
from serving.store.models import Camera, Deployment, Event, Evidence
from serving.store.secret_keys import keys_of
from tests.clips import bikes

CAMERAS = 64
FPS = 25.0
"""New pictures a second of each camera: more than any tile asks for."""

BOXES = 10
PICTURES = 50
ZONE = {"name": "lane", "points": [[0.1, 0.5], [0.9, 0.5], [0.95, 0.95], [0.05, 0.95]]}
PLACES = [f"龙眼区/第{number}街道" for number in range(8)]


class Clip:
    """The newest picture of every camera, as a pipeline would give it."""

    def __init__(self) -> None:
        clip = bikes(0, PICTURES)
        self._jpegs = {width: [_jpeg(picture, width) for picture in clip] for width in WIDTHS_PX}

    def newest(self, wants: Sequence[PreviewWant], timeout_s: float) -> list[PreviewFrame]:
        deadline = time.monotonic() + timeout_s
        while True:
            seq = int(time.monotonic() * FPS)
            found = [self._frame(want, seq) for want in wants if seq > want.after_seq]
            if found or time.monotonic() >= deadline:
                return found
            time.sleep(1 / FPS / 4)

    def _frame(self, want: PreviewWant, seq: int) -> PreviewFrame:
        jpegs = self._jpegs[want.width_px]
        turn = (seq + hash(want.camera_id)) % PICTURES
        return PreviewFrame(
            camera_id=want.camera_id,
            seq=seq,
            captured_at=datetime.now(UTC),
            width_px=want.width_px,
            jpeg=jpegs[turn],
            boxes=[_box(track, turn) for track in range(BOXES)],
        )


def _jpeg(picture: NDArray[np.uint8], width_px: int) -> bytes:
    wide = cv2.resize(picture, (width_px, width_px * 9 // 16))
    written, jpeg = cv2.imencode(".jpg", cv2.cvtColor(wide, cv2.COLOR_RGB2BGR))
    if not written:
        raise RuntimeError("OpenCV wrote no JPEG")
    return jpeg.tobytes()


def _box(track: int, turn: int) -> PreviewBox:
    """Each goes to and fro on its own lane, without a jump where the clip begins again."""
    along = math.sin((track / BOXES + turn / PICTURES) * math.tau)
    x, y = 0.45 + 0.4 * along, 0.1 + 0.5 * track / BOXES
    return PreviewBox(x, y, 0.08, 0.3, "without_helmet" if track == 0 else "person", 0.8, track)


def happen(store: Store, camera: Camera, number: int, picture: bytes) -> None:
    """An event as the recorder writes it, with its picture."""
    now = datetime.now(UTC)
    event = Event(
        id=str(ULID()),
        revision=1,
        camera_id=camera.id,
        camera_name=camera.name,
        division=camera.division,
        deployment_id="01JDEPLOYMENT",
        deployment_revision=1,
        scenario="rider-helmet",
        severity=("notice", "major", "notice", "critical")[number % 4],
        rule="association",
        algorithms=[],
        objects=[
            {
                "track_id": number,
                "class_name": "without_helmet",
                "confidence": 0.8,
                "box": [0.4, 0.3, 0.5, 0.6],
            }
        ],
        frame_width_px=640,
        frame_height_px=272,
        confidence=0.8,
        life_cycle="ended",
        first_seen_at=now - timedelta(seconds=2),
        opened_at=now,
        last_seen_at=now,
        ended_at=now,
        dedup_key=str(number),
    )
    evidence = Evidence(
        event_id=event.id,
        kind="snapshot",
        path="picture.jpg",
        media_type="image/jpeg",
        sha256="0" * 64,
        size_bytes=len(picture),
        masked=True,
    )
    with store.write() as session:
        events.record(session, event)
        events.add_evidence(session, evidence)


def _rain(store: Store, known: list[Camera], picture: bytes, rate: float) -> None:
    begun, number = time.monotonic(), 0
    while True:
        time.sleep(max(0.0, begun + number / rate - time.monotonic()))
        happen(store, known[number * 7 % len(known)], number, picture)
        number += 1


def main() -> None:
    folder, port, rate = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    settings = Settings(data_dir=folder, host="127.0.0.1", port=port)
    settings.evidence_dir.mkdir(parents=True)
    sealing.hold(keys_of(settings))
    store = Store(settings.store_url)
    store.migrate()
    with store.write() as session:
        (folder / "token").write_text(tokens.create(session, "wall"))
        known = [
            cameras.create(
                session,
                Camera(
                    name=f"路口 {number + 1:02}",
                    url="rtsp://10.0.0.1/live",
                    kind="stream",
                    division=PLACES[number % len(PLACES)],
                ),
            )
            for number in range(CAMERAS)
        ]
        for camera in known:
            cameras.observe(session, camera.id, state="online", source_fps=25.0, analysed_fps=5.0)
        deployments.create(
            session,
            Deployment(
                scenario="rider-helmet", camera_ids=[camera.id for camera in known], zones=[ZONE]
            ),
        )
    clip = Clip()
    picture = clip.newest([PreviewWant(known[0].id, 320, -1)], 1)[0].jpeg
    (settings.evidence_dir / "picture.jpg").write_bytes(picture)
    if rate > 0:
        threading.Thread(target=_rain, args=(store, known, picture, rate), daemon=True).start()
    api = create_api(store, settings, clip, _refuse)
    server = uvicorn.Server(uvicorn.Config(api, host="127.0.0.1", port=port, log_level="error"))
    threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.run()


def _refuse(model: Path, manifest: AlgorithmManifest, reference: Path | None = None) -> Verdict:
    return Verdict(["this is a benchmark"], None)


def _stop_at_end_of_input(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True


if __name__ == "__main__":
    main()
