"""Hard hats, people and high-visibility clothing on a works site."""

import re

from training.datasets.crops import square_crops
from training.datasets.parts import parts
from training.recipes.fine_tune import fine_tune
from training.recipes.recipe import Ingredients, Plan

VAL = frozenset(("2_23", "2_32", "2_38", "2_222"))
UNSEEN = frozenset(("11_13", "2_22", "2_26", "2_35", "2_39", "2_208", "2_213"))
"""Plant and camera, as the file names say; 11 is another plant."""


def part_of(name: str) -> str:
    """By camera."""
    (camera,) = re.findall(r"plant_(\d+_\d+)_", name)
    if camera in UNSEEN:
        return "unseen"
    return "val" if camera in VAL else "train"


def hard_hat_vest(given: Ingredients) -> Plan:
    """Learned on square crops at full scale: a hat is ten pixels of a picture 720 wide.

    Hats from the base network's balls, clothes from its ties. 24 bare heads are too few to learn:
    a first try found none. `blur_head`, `blur_clothes` and `self_clothes` are not learned either.
    """
    start = {"helmet": 32, "person": 0, "safety_clothes": 27}
    pictures = parts(given.dataset("hard-hat-vest", part_of), {key: key for key in start})
    (wide,) = pictures["train"]
    pictures["train"] = [square_crops(wide, given.folder / "crops")]
    return fine_tune(given, "hard-hat-vest", pictures, start=start, epochs=3, image_px=320)
