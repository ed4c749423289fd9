"""Rubbish that lies about: cans, bottles, cups, packets and wrappers as one class."""

from training.datasets.parts import parts
from training.recipes.fine_tune import fine_tune
from training.recipes.recipe import Ingredients, Plan

KINDS = ("bottle", "cups", "drink-cans", "drink-packets", "styrofoam", "wrappers")


def part_of(name: str) -> str:
    """By camera and hour: another phone and a video are unseen, the last hour chooses the epoch."""
    taken = name.removeprefix("litter_")
    if taken.startswith(("IMG", "frame")):
        return "unseen"
    return "val" if taken.startswith(("20220615_1450", "20220615_15", "plastic4")) else "train"


def litter(given: Ingredients) -> Plan:
    """From the base network's bottles."""
    pictures = parts(given.dataset("litter", part_of), dict.fromkeys(KINDS, "litter"))
    return fine_tune(given, "litter", pictures, start={"litter": 39}, epochs=20, image_px=320)
