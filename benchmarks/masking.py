# pyright: basic
"""What it costs that nobody is recognised: in a picture of an event, and in a clip once.

    python -m benchmarks.masking

CPU time on one thread. The model of a clip runs in this process: what Ray adds for handing a
picture over is not in it.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np
from prometheus_client import CollectorRegistry

from algorithms.catalog import manifest
from algorithms.detector import Detector
from benchmarks.harness import arguments, skip, write
from scenarios.events import Event, EventObject
from serving.api.asking import Asking
from serving.api.clip_masking import faces
from serving.api.wires import ModelKey, Prediction
from serving.events.evidence import write_pictures
from serving.events.masked_clip import look_through, mask_clip
from serving.inference.picture import predict
from serving.settings import Settings

CLIPS = ("pedestrians_vtest.mp4", "rider_in_demo0_720p.mp4", "yard_reolink_1440p.mp4")
CLIP_S = 10.0
TIMES = 15
AT = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = tuple(
    EventObject(n, "person", 0.9, (0.07 * n, 0.3, 0.07 * n + 0.05, 0.6)) for n in range(12)
)
HAPPENED = Event("0" * 26, 1, "presence", None, PEOPLE[:1], ((AT, PEOPLE[0].box),), 0.9, AT, AT, AT)


def main() -> None:
    asked = arguments(__doc__).parse_args()
    clips = [asked.media / name for name in CLIPS]
    if not all(clip.is_file() for clip in clips):
        skip(f"not all of {', '.join(CLIPS)} are in {asked.media}")
    known = manifest("privacy")
    file = Settings().weights_dir / f"{known.name}-{known.version}.onnx"
    detector = Detector.load(known, file)
    found = {clip.name: cost(clip, detector) for clip in clips}
    write("masking", {"cpu": found}, quick=asked.quick)


def cost(source: Path, detector: Detector) -> dict[str, Any]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        clip = cut(source, folder / "clip.mp4")
        image = first_picture(clip)
        here = Asking(Here(detector), CollectorRegistry())
        find = partial(faces, here, ModelKey("privacy", "", ""))
        evidence = folder / "evidence"
        look_s, looks = cpu_s(lambda: look_through(clip, find))
        plain_s, _ = cpu_s(lambda: mask_clip(clip, folder / "plain.mp4", []))
        masked_s, _ = cpu_s(lambda: mask_clip(clip, folder / "masked.mp4", [], looks))
        return {
            "size": f"{image.shape[1]}x{image.shape[0]}",
            "picture_find_ms": usual_ms(lambda: detector.detect([image])),
            "picture_mask_and_write_ms": usual_ms(
                lambda: write_pictures(evidence, HAPPENED, image, PEOPLE)
            ),
            "clip_looks": len(looks),
            "clip_boxes": sum(len(look.things) for look in looks),
            "clip_find_s": round(look_s, 2),
            "clip_mask_nothing_s": round(plain_s, 2),
            "clip_mask_what_was_found_s": round(masked_s, 2),
        }


class Here:
    """The `Inference` wire with the one model in this process."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def why_not_ready(self) -> str | None:
        return None

    def infer(self, *_: Any) -> Any:
        raise TypeError("only pictures are looked at here")

    def predict(self, model: ModelKey, picture: bytes, confidence: float | None) -> Prediction:
        return predict(self._detector, picture, confidence)


def cut(source: Path, target: Path) -> Path:
    """The first seconds, as they are coded."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as out:
        video = clip.streams.video[0]
        stream = out.add_stream_from_template(video)
        for packet in clip.demux(video):
            if packet.pts is not None and packet.pts * video.time_base <= CLIP_S:
                packet.stream = stream
                out.mux(packet)
    return target


def first_picture(clip: Path) -> np.ndarray:
    with av.open(str(clip)) as container:
        return np.asarray(next(container.decode(video=0)).to_ndarray(format="rgb24"))


def usual_ms(call: Callable[[], Any]) -> float:
    return round(median(cpu_s(call)[0] for _ in range(TIMES)) * 1000, 1)


def cpu_s(call: Callable[[], Any]) -> tuple[float, Any]:
    began_s = time.process_time()
    answer = call()
    return time.process_time() - began_s, answer


if __name__ == "__main__":
    main()
