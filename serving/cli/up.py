"""`longan up` and `longan demo`: the platform."""

from pathlib import Path
from typing import Annotated, Any

import typer

from serving import demo as demo_cameras
from serving.app import run
from serving.settings import Settings

DataDir = Annotated[
    Path | None, typer.Option(help="Everything the platform writes; default: ./data.")
]
Host = Annotated[str | None, typer.Option(help="Address to listen on; default: 127.0.0.1.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; default: 8000.")]


def up(data_dir: DataDir = None, host: Host = None, port: Port = None) -> None:
    """Run the platform: API, dashboard and camera pipelines."""
    run(_settings(data_dir, host, port))


def demo(
    video: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Your own clip as a camera; repeatable."),
    ] = None,
    open_cameras: Annotated[
        demo_cameras.City | None,
        typer.Option(help="Add live open-government cameras; needs the internet."),
    ] = None,
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Run the platform with a real clip as its cameras."""
    settings = _settings(data_dir, host, port)
    cameras = demo_cameras.clip_cameras(video or [])
    if open_cameras is not None:
        cameras += demo_cameras.live_cameras(open_cameras)
    run(settings, prepare=lambda store: demo_cameras.register(store, cameras))


def _settings(data_dir: Path | None, host: str | None, port: int | None) -> Settings:
    asked: dict[str, Any] = {"data_dir": data_dir, "host": host, "port": port}
    return Settings(**{name: value for name, value in asked.items() if value is not None})
