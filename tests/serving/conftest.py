from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ulid import ULID

from algorithms.manifest import AlgorithmManifest
from serving.store.models import Event

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def make_event() -> Callable[..., Event]:
    """An event of the rider-helmet scenario, seconds after noon; give what matters."""

    def make(opened_s: float = 0, **fields: Any) -> Event:
        opened_at = NOON + timedelta(seconds=opened_s)
        usual: dict[str, Any] = {
            "id": str(ULID()),
            "revision": 1,
            "camera_id": "01JCAMERA",
            "camera_name": "Longxiang Avenue, north",
            "division": "Longcheng",
            "lon": 114.25,
            "lat": 22.72,
            "deployment_id": "01JDEPLOYMENT",
            "deployment_revision": 1,
            "scenario": "rider-helmet",
            "severity": "major",
            "rule": "association",
            "zone": None,
            "algorithms": [{"name": "rider-helmet", "version": "0.1.0", "sha256": "a" * 64}],
            "objects": [
                {
                    "track_id": 7,
                    "class_name": "without_helmet",
                    "confidence": 0.8,
                    "box": [0.1, 0.2, 0.3, 0.4],
                }
            ],
            "path": [],
            "frame_width_px": 1280,
            "frame_height_px": 720,
            "confidence": 0.8,
            "life_cycle": "open",
            "first_seen_at": opened_at - timedelta(seconds=1),
            "opened_at": opened_at,
            "last_seen_at": opened_at,
            "dedup_key": "7",
            "occurrences": 1,
        }
        return Event(**{**usual, **fields})

    return make


@pytest.fixture
def make_manifest() -> Callable[..., AlgorithmManifest]:
    """A helmet detector; give what matters."""

    def make(
        name: str = "rider-helmet", version: str = "0.1.0", **fields: Any
    ) -> AlgorithmManifest:
        usual: dict[str, Any] = {
            "name": name,
            "version": version,
            "title_zh": "头盔",
            "title_en": "Helmet",
            "classes": [
                {"key": "with_helmet", "zh": "戴头盔", "en": "With helmet"},
                {"key": "without_helmet", "zh": "未戴头盔", "en": "Without helmet"},
            ],
            "input": {"width": 640, "height": 640},
            "output": {"family": "yolov8"},
            "licence": "AGPL-3.0",
            "training_data": "made up",
            "team": "tests",
            "contact": "tests@example.org",
        }
        return AlgorithmManifest.model_validate({**usual, **fields})

    return make
