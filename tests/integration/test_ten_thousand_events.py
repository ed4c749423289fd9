"""Ten thousand riders pass, and the process that sees them is killed twice."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from serving.store import Store
from serving.store.loop_models import WorkOrder
from serving.store.models import Event
from tests.platform import Platform, running_platform, until

RIDERS = 10_000
KILLED_AT = (0.3, 0.7)

DISPATCH = {"LONGAN_AUTO_DISPATCH_CONFIDENCE": "0.5"}
"""For both: whichever process adopts the spool of the killed one makes the work orders."""

LIST = """scenario,division,unit,unit_zh,unit_en,deadline_h
*,*,traffic-police,交警,Traffic police,24
"""


def test_none_is_lost_and_none_doubled_from_rule_to_work_order(tmp_path: Path) -> None:
    with running_platform(tmp_path / "data", **DISPATCH) as platform:
        camera = platform.add_camera("riders", "rtsp://127.0.0.1:1/none", enabled=False)
        put_list_in_force(platform)
        heard = Heard(platform)

        see_riders(platform.data_dir, camera)
        until(lambda: len(heard.opened) >= RIDERS, 900, "all are told")
        time.sleep(2)  # one more would come now

        assert len(heard.opened) == RIDERS
        assert set(heard.opened.values()) == {1}
        store = Store(f"sqlite:///{platform.data_dir / 'longan.db'}")
        with store.read() as session:
            stored = session.scalar(select(func.count()).select_from(Event))
            ended = session.scalar(
                select(func.count()).select_from(Event).where(Event.life_cycle == "ended")
            )
            orders = session.scalars(select(WorkOrder.event_id)).all()
        store.dispose()
        assert (stored, ended) == (RIDERS, RIDERS)
        assert len(orders) == RIDERS
        assert set(orders) == set(heard.opened)


def see_riders(data_dir: Path, camera_id: str) -> None:
    """Run the process to its end, killing it twice on the way."""
    command = [sys.executable, "-m", "tests.tools.rider_source", str(data_dir), camera_id, "D" * 26]
    progress = data_dir / "riders"
    groups = RIDERS // 40
    environment = {**os.environ, **DISPATCH}
    for share in KILLED_AT:
        process = subprocess.Popen([*command, str(RIDERS)], env=environment)
        until(
            lambda share=share: progress.exists() and int(progress.read_text()) >= share * groups,
            900,
            "so many groups have passed",
        )
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([*command, str(RIDERS)], check=True, timeout=1800, env=environment)


class Heard:
    """Every opened event that a dashboard hears, and how often."""

    def __init__(self, platform: Platform) -> None:
        self.opened: Counter[str] = Counter()
        self._platform = platform
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        """As an EventSource does: where the connection ends, it comes back with the last id."""
        last_id = "0"
        address = f"{self._platform.url}/api/v1/events/stream"
        while self._platform.process.poll() is None:
            headers = {"Authorization": f"Bearer {self._platform.token}", "Last-Event-ID": last_id}
            try:
                with httpx.stream("GET", address, headers=headers, timeout=None) as answer:
                    for line in answer.iter_lines():
                        if line.startswith("data:"):
                            self._heard(json.loads(line.removeprefix("data:")))
                        elif line.startswith("id:"):
                            last_id = line.removeprefix("id:").strip()
            except httpx.TransportError:
                time.sleep(1)

    def _heard(self, said: dict[str, Any]) -> None:
        if said["type"] == "longan.event.opened.v1":
            self.opened[said["data"]["id"]] += 1


def put_list_in_force(platform: Platform) -> None:
    answer = platform.http.post(
        "/responsibility-lists",
        params={"name": "riders"},
        content=LIST.encode(),
        headers={"Content-Type": "text/csv"},
    )
    assert answer.is_success, answer.text
    first = {"If-Match": "0"}
    chosen = {"id": answer.json()["id"]}
    platform.call("PUT", "/responsibility-lists/current", json=chosen, headers=first)
