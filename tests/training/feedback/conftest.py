"""A platform with events, their snapshots and originals, and what a reviewer said of them."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ulid import ULID

from serving.access import Actor
from serving.settings import Settings
from serving.store import Store, reviews, tokens
from serving.store.models import Event, Evidence
from serving.store.reviews import Said
from tests.training.datasets.conftest import textured

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SIZE = (96, 64)

Happened = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def admin(store: Store) -> Actor:
    with store.write() as session:
        found = tokens.find(session, tokens.create(session, "admin"))
    assert found is not None
    return tokens.actor(found)


@pytest.fixture
def happened(store: Store, settings: Settings, admin: Actor) -> Happened:
    """Stores an event with its picture and a verdict; every event shows another picture."""
    count = 0

    def make(
        verdict: str | None = "confirmed",
        reason: str | None = None,
        *,
        camera: str = "c1",
        at: datetime = NOW,
        seed: int | None = None,
        box: tuple[float, float, float, float] = (0.25, 0.25, 0.5, 0.75),
        snapshot: bool = True,
        **evidence: Any,
    ) -> str:
        nonlocal count
        count += 1
        event_id = str(ULID())
        with store.write() as session:
            session.add(_event(event_id, camera, at, box))
            session.flush()
            if snapshot:
                original = count if seed is None else seed
                session.add(_snapshot(settings, event_id, original, evidence))
            if verdict is not None:
                said = Said(verdict, reason)
                reviews.add(session, event_id, said, reviewer=admin, share=0, at=at)
        return event_id

    return make


def _event(event_id: str, camera: str, at: datetime, box: tuple[float, ...]) -> Event:
    thing = {"track_id": 7, "class_name": "without_helmet", "confidence": 0.8, "box": list(box)}
    return Event(
        id=event_id,
        camera_id=camera,
        camera_name=camera,
        deployment_id="01JDEPLOYMENT",
        deployment_revision=3,
        scenario="rider-helmet",
        severity="major",
        rule="association",
        algorithms=[{"name": "rider-helmet", "version": "0.1.0", "sha256": "a" * 64}],
        objects=[thing],
        path=[],
        frame_width_px=SIZE[0],
        frame_height_px=SIZE[1],
        confidence=0.8,
        first_seen_at=at,
        opened_at=at,
        last_seen_at=at,
        dedup_key="7",
    )


def _snapshot(settings: Settings, event_id: str, seed: int, fields: dict[str, Any]) -> Evidence:
    path = f"2026/11/24/{event_id}-snapshot.png"
    masked = textured(settings.evidence_dir / path, 10_000 + seed, SIZE)
    original = textured(settings.evidence_dir.with_name("originals") / path, seed, SIZE)
    usual = {
        "sha256": hashlib.sha256(masked.read_bytes()).hexdigest(),
        "original_sha256": hashlib.sha256(original.read_bytes()).hexdigest(),
        "masked": True,
    }
    return Evidence(
        event_id=event_id, kind="snapshot", path=path, media_type="image/png", **{**usual, **fields}
    )
