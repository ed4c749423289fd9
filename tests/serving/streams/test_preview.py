from datetime import UTC, datetime

import cv2
import numpy as np

from algorithms.frame import Frame, ImagePixels
from algorithms.tracking import empty
from serving.inference.preview import PreviewWant
from serving.streams.preview import Previews


def frame(camera_id: str = "a") -> Frame:
    return Frame(ImagePixels(np.zeros((90, 160, 3), np.uint8)), camera_id, 0, datetime.now(UTC))


def test_a_viewer_gets_each_picture_once_in_the_width_it_asked_for() -> None:
    previews = Previews()
    previews.show(frame(), empty())

    (first,) = previews.newest([PreviewWant("a", 80, -1)], 0)
    again = previews.newest([PreviewWant("a", 80, first.seq)], 0)

    picture = cv2.imdecode(np.frombuffer(first.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (45, 80, 3)
    assert again == []


def test_a_small_picture_is_never_blown_up() -> None:
    previews = Previews()
    previews.show(frame(), empty())

    (found,) = previews.newest([PreviewWant("a", 640, -1)], 0)

    picture = cv2.imdecode(np.frombuffer(found.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[1] == 160
    assert found.width_px == 640, "a viewer finds its picture by the width it asked for"


def test_a_slow_viewer_sees_the_newest_only() -> None:
    previews = Previews()
    for _ in range(5):
        previews.show(frame(), empty())

    assert len(previews.newest([PreviewWant("a", 80, -1)], 0)) == 1


def test_a_camera_that_was_removed_has_no_picture() -> None:
    previews = Previews()
    previews.show(frame(), empty())
    previews.forget("a")

    assert previews.newest([PreviewWant("a", 80, -1)], 0) == []
