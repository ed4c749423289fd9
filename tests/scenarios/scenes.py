"""Scenes made by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np

from scenarios.scene import Scene

START = datetime(2026, 1, 1, tzinfo=UTC)
SIZE = 1000

Thing = tuple[int, str, tuple[float, float, float, float], float]
"""Track id, class, box in pixels of a 1000 × 1000 picture, confidence."""


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def scene(seconds: float, *things: Thing) -> Scene:
    return Scene(
        boxes=np.array([t[2] for t in things], np.float32).reshape(len(things), 4),
        class_names=np.array([t[1] for t in things], dtype=np.str_),
        confidences=np.array([t[3] for t in things], np.float32),
        track_ids=np.array([t[0] for t in things], np.int64),
        width_px=SIZE,
        height_px=SIZE,
        at=after(seconds),
    )


def head(track: int, x: float, *, helmet: bool, y: float = 300, confidence: float = 0.8) -> Thing:
    name = "with_helmet" if helmet else "without_helmet"
    return (track, name, (x, y, x + 40, y + 50), confidence)


def motorcycle(track: int, x: float) -> Thing:
    return (track, "motorcycle", (x - 40, 380, x + 80, 560), 0.9)
