"""Finds no trouble in real footage, and every trouble that is put into it.

    python -m benchmarks.camera_health [FOLDER]

Every clip of FOLDER (default: ../shared/media) and bikes.mp4, one picture a second, twice over;
then the same again with each fault from second 40 to 70. Prints JSON: false reports, seconds until
each fault was found and gone again, and CPU per picture.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from algorithms.camera_health import HEIGHT_PX, WIDTH_PX, CameraHealth
from serving.streams.sources import SourceSpec, open_source
from tests.camera_faults import FAULTS, HARMLESS, Fault
from tests.clips import bikes_clip

Picture = NDArray[np.uint8]

BEGIN_S, END_S, LENGTH_S = 40, 70, 110
FOUND_WITHIN_S = 10.0
START = datetime(2026, 1, 1, tzinfo=UTC)


def one_a_second(clip: Path) -> list[Picture]:
    due: datetime | None = None

    def is_due(captured_at: datetime) -> bool:
        nonlocal due
        if due is not None and captured_at < due:
            return False
        due = (due or captured_at) + timedelta(seconds=1)
        return True

    source = open_source(SourceSpec(str(clip), "file", realtime=False), clip.stem)
    source.open()
    return [frame.pixels.luma(WIDTH_PX, HEIGHT_PX) for frame in source.frames(is_due)]


def reports(pictures: Iterator[Picture]) -> Iterator[tuple[int, str | None]]:
    health = CameraHealth()
    for second, picture in enumerate(pictures):
        trouble = health.look(picture, START + timedelta(seconds=second))
        yield second, trouble.reason if trouble else None


def spoilt(pictures: list[Picture], fault: Fault, end_s: int) -> Iterator[Picture]:
    begun: Picture | None = None
    for second, picture in enumerate(islice(cycle(pictures), LENGTH_S)):
        if not BEGIN_S <= second < end_s:
            yield picture
            continue
        begun = picture if begun is None else begun
        yield fault(picture, begun, second)


def found(pictures: list[Picture], reason: str) -> dict[str, object]:
    seen = list(reports(spoilt(pictures, FAULTS[reason], END_S)))
    first = [second for second, said in seen if said == reason and second >= BEGIN_S]
    last = [second for second, said in seen if said is not None]
    return {
        "found_s": first[0] - BEGIN_S if first else None,
        "gone_s": max(0, last[-1] + 1 - END_S) if last and last[-1] < LENGTH_S - 1 else None,
        "others": sorted({said for _, said in seen if said not in (None, reason)}),
    }


def untouched(picture: Picture, begun: Picture, second: int) -> Picture:
    return picture


def falsely(pictures: list[Picture], fault: Fault, end_s: int) -> list[str]:
    return sorted({said for _, said in reports(spoilt(pictures, fault, end_s)) if said})


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/media")
    results: dict[str, object] = {}
    bad = 0
    for clip in [*sorted(folder.glob("*.*")), bikes_clip()]:
        pictures = one_a_second(clip)
        began_s = time.process_time()
        plain = falsely(pictures, untouched, END_S)
        cpu_ms = (time.process_time() - began_s) / LENGTH_S * 1000
        harmless = {
            name: falsely(pictures, fault, BEGIN_S + lasts_s)
            for name, (fault, lasts_s) in HARMLESS.items()
        }
        faults = {reason: found(pictures, reason) for reason in FAULTS}
        bad += bool(plain) + sum(map(bool, harmless.values()))
        results[clip.name] = {
            "false": plain,
            "false_when": harmless,
            "faults": faults,
            "cpu_ms_per_picture": round(cpu_ms, 2),
        }
    print(json.dumps({"clips": results, "false_reports": bad}, indent=2))


if __name__ == "__main__":
    main()
