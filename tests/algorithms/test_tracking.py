from datetime import UTC, datetime, timedelta

import numpy as np
import supervision as sv

from algorithms.tracking import Tracker
from tests.models import manifest

START = datetime(2026, 1, 1, tzinfo=UTC)


def seen(*boxes: tuple[float, float, float, float], class_id: int = 0) -> sv.Detections:
    n = len(boxes)
    return sv.Detections(
        xyxy=np.array(boxes, np.float32).reshape(n, 4),
        confidence=np.full(n, 0.9, np.float32),
        class_id=np.full(n, class_id),
        data={"class_name": np.array(["head"] * n, dtype=np.str_)},
    )


def test_a_head_that_passes_keeps_its_track_though_it_moves_more_than_its_width() -> None:
    tracker = Tracker(manifest("head"), fps=5)

    ids = [
        tracker.update(
            seen((100 + 22 * i, 100, 120 + 22 * i, 120)), START + timedelta(seconds=i / 5)
        ).tracker_id
        for i in range(8)
    ]

    assert len({int(i[0]) for i in ids if i is not None}) == 1


def test_a_track_may_change_between_the_states_of_one_group() -> None:
    tracker = Tracker(manifest("with_helmet", "without_helmet", group="head"), fps=5)

    ids = [
        tracker.update(
            seen((100, 100, 120, 120), class_id=i % 2), START + timedelta(seconds=i / 5)
        ).tracker_id
        for i in range(6)
    ]

    assert len({int(i[0]) for i in ids if i is not None}) == 1


def test_a_track_has_its_id_from_the_first_sighting_on() -> None:
    tracker = Tracker(manifest("head"), fps=5)

    first = tracker.update(seen((0, 0, 20, 20), (200, 0, 220, 20)), START).tracker_id
    then = tracker.update(
        seen((0, 0, 20, 20), (200, 0, 220, 20), (100, 100, 120, 120)),
        START + timedelta(seconds=0.2),
    ).tracker_id

    assert first is not None
    assert then is not None
    assert min(*first, *then) >= 0
    assert set(first.tolist()) < set(then.tolist())
    assert len(set(then.tolist())) == 3


def test_things_of_different_groups_never_share_a_track_id() -> None:
    tracker = Tracker(manifest("person", "motorcycle"), fps=5)
    box = (100.0, 100.0, 120.0, 120.0)

    ids: list[int] = []
    for i in range(3):
        both = sv.Detections.merge([seen(box, class_id=0), seen(box, class_id=1)])
        tracked = tracker.update(both, START + timedelta(seconds=i / 5)).tracker_id
        ids = [] if tracked is None else tracked.tolist()

    assert len(set(ids)) == 2


def test_an_empty_picture_gives_nothing() -> None:
    tracker = Tracker(manifest("head"), fps=5)

    assert len(tracker.update(seen(), START)) == 0
