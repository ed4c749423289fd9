"""Faces and number plates, to mask them."""

from training.datasets.parts import parts
from training.recipes.fine_tune import fine_tune
from training.recipes.recipe import Ingredients, Plan


def part_of(name: str) -> str:
    """Plates of the second source are unseen; of faces there is one source, split by number."""
    kind = name.removeprefix("privacy-face-plate_")
    if kind.startswith("plate-motor-id"):
        return "unseen"
    digits = "".join(letter for letter in name if letter.isdigit()) or "0"
    return "val" if int(digits) % 5 == 0 else "train"


def privacy(given: Ingredients) -> Plan:
    """Faces from the base network's people, plates from its stop signs."""
    start = {"face": 0, "plate": 11}
    pictures = parts(given.dataset("privacy-face-plate", part_of), {key: key for key in start})
    return fine_tune(given, "privacy", pictures, start=start, epochs=5, image_px=416)
