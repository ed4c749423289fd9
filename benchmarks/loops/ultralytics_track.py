# pyright: basic
"""Ultralytics `track` as its documentation shows it, with its own defaults."""

from clock import Clock
from ultralytics import YOLO, settings


def main() -> None:
    clock = Clock()
    settings.update(sync=False)
    model = YOLO(clock.model, task="detect")
    size = [int(side) for side in clock.more]
    for _ in model.track(
        clock.clip, stream=True, vid_stride=clock.stride, imgsz=size, verbose=False
    ):
        if clock.done():
            break
    clock.report()


if __name__ == "__main__":
    main()
