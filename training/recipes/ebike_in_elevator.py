"""E-bikes and people in a lift."""

from training.datasets.parts import parts
from training.recipes.fine_tune import fine_tune
from training.recipes.recipe import Ingredients, Plan

VAL = ("2024-01-01_12-08-53", "2024-01-02_10-33-51", "2024-01-02_10-36-25")
UNSEEN = (
    "2024-01-01_12-07-52",
    "2024-01-01_12-10-05",
    "2024-01-02_10-32-52",  # the lift and the man of 12-10-05
    "2024-01-02_10-33-02",
    "2024-01-02_10-34-10",
    "2024-01-02_10-35-17",
    "2024-01-02_10-38-20",
)
"""Originals by the time in their names; every noisy, moved or turned copy goes with its own."""


def part_of(name: str) -> str:
    """Whole originals: the data's own split has copies of one photo on both sides."""
    if any(original in name for original in UNSEEN):
        return "unseen"
    return "val" if any(original in name for original in VAL) else "train"


def ebike_in_elevator(given: Ingredients) -> Plan:
    """From the base network's motorcycles and people."""
    start = {"ebike": 3, "person": 0}
    pictures = parts(given.dataset("ebike-in-elevator", part_of), {key: key for key in start})
    return fine_tune(given, "ebike-in-elevator", pictures, start=start, epochs=40, image_px=320)
