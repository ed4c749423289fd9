from pathlib import Path

import cv2
import numpy as np
import pytest
import supervision as sv
from numpy.typing import NDArray

from training.datasets.burning import Pixels, burning, flames_of


def grey_street(folder: Path, count: int) -> sv.DetectionDataset:
    paths = [str(folder / f"{number}.png") for number in range(count)]
    for path in paths:
        cv2.imwrite(path, np.full((360, 640, 3), 90, np.uint8))
    return sv.DetectionDataset([], paths, {path: sv.Detections.empty() for path in paths})


def pixels(path: str) -> NDArray[np.int64]:
    picture = cv2.imread(path)
    assert picture is not None
    return np.asarray(picture, np.int64)


def a_flame(folder: Path) -> list[Pixels]:
    picture = np.full((240, 320, 3), 40, np.uint8)
    cv2.ellipse(picture, (150, 120), (20, 50), 0, 0, 360, (200, 230, 255), -1)
    path = str(folder / "flame.png")
    cv2.imwrite(path, picture)
    box = sv.Detections(np.array([[120, 60, 180, 180]], np.float32), class_id=np.array([0]))
    return flames_of(sv.DetectionDataset(["fire"], [path], {path: box}))


def test_what_burns_lies_in_its_box(tmp_path: Path) -> None:
    street = grey_street(tmp_path, 12)

    burnt = burning(street, a_flame(tmp_path), tmp_path / "burning")

    names = {str(n) for boxes in burnt.annotations.values() for n in boxes.data["class_name"]}
    assert names == {"fire", "smoke"}
    for path, boxes in burnt.annotations.items():
        changed = np.abs(pixels(path) - 90).max(axis=2)
        outside = changed.copy()
        for x1, y1, x2, y2 in boxes.xyxy.astype(int).tolist():
            assert 0 <= x1 < x2 <= 640
            assert 0 <= y1 < y2 <= 360
            assert changed[y1:y2, x1:x2].max() > 20
            outside[y1:y2, x1:x2] = 0
        assert outside.mean() < changed.mean()


def test_fire_is_red_before_it_is_blue(tmp_path: Path) -> None:
    burnt = burning(grey_street(tmp_path, 12), a_flame(tmp_path), tmp_path / "burning")

    for path, boxes in burnt.annotations.items():
        for (x1, y1, x2, y2), name in zip(
            boxes.xyxy.astype(int).tolist(), boxes.data["class_name"], strict=True
        ):
            blue, _green, red = pixels(path)[y1:y2, x1:x2].reshape(-1, 3).mean(axis=0)
            assert name == "smoke" or red > blue


def test_the_same_seed_gives_the_same_fire(tmp_path: Path) -> None:
    street, flames = grey_street(tmp_path, 3), a_flame(tmp_path)

    one, two = (burning(street, flames, tmp_path / name) for name in ("one", "two"))

    for first, second in zip(one.image_paths, two.image_paths, strict=True):
        assert Path(first).read_bytes() == Path(second).read_bytes()


@pytest.mark.parametrize("most", [0.05, 0.4])
def test_a_fire_that_fills_the_picture_is_no_flame_to_cut_out(tmp_path: Path, most: float) -> None:
    path = str(tmp_path / "all.png")
    cv2.imwrite(path, np.full((100, 100, 3), 250, np.uint8))
    box = sv.Detections(np.array([[0, 0, 90, 90]], np.float32), class_id=np.array([0]))

    assert flames_of(sv.DetectionDataset(["fire"], [path], {path: box}), most) == []
