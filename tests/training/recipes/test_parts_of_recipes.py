"""What belongs together is on one side: an original and its copies, the frames of one clip."""

from collections.abc import Callable

import pytest

from training.recipes.ebike_in_elevator import part_of as ebike
from training.recipes.hard_hat_vest import part_of as hat
from training.recipes.person_down import part_of as down
from training.recipes.pothole import part_of as hole

PartOf = Callable[[str], str | None]


@pytest.mark.parametrize(
    ("part_of", "together", "part"),
    [
        (
            ebike,
            (
                "ebike-in-elevator_Snipaste_2024-01-01_12-07-52",
                "ebike-in-elevator_Snipaste_2024-01-01_12-07-52GaussNoise",
                "ebike-in-elevator_Snipaste_2024-01-01_12-07-52img_move",
            ),
            "unseen",
        ),
        (hole, ("pothole_pic-142-_jpg", "pothole_pic-88-_jpg"), "train"),
        (
            hat,
            (
                "hard-hat-vest_plant_2_22_neg_10c_238_jpg",
                "hard-hat-vest_plant_2_22_caji_1021_1_30_jpg",
            ),
            "unseen",
        ),
        (down, ("person-down_frame_106_jpg", "person-down_not-fallen029_jpg"), None),
    ],
)
def test_what_belongs_together_is_in_one_part(
    part_of: PartOf, together: tuple[str, ...], part: str | None
) -> None:
    assert {part_of(name) for name in together} == {part}
