"""People who lie on the ground, and people who don't."""

import re

from training.datasets.parts import parts, with_boxes
from training.recipes.fine_tune import fine_tune
from training.recipes.recipe import Ingredients, Plan

LABELS = {"Fall-Action": "person_down", "Sit": "person", "Stand": "person"}

UPRIGHT_FILM = frozenset((
    101, 104, 263, 283, 285, 293, 295, 299, 324, 325, 327, 412, 416, 419, 422, 538, 660, 1138, 1165,
    1170, 1174, 1352, 1361, 1503, 1516, 1569, 1627, 1723, 1746, 1912,
))  # fmt: skip
"""Frames of the one-man film kept: standing, and not turned by 90° as half of them are. Its falls
are jumps, handstands and crouches, none of which is a person who lies."""

UPRIGHT_ROOM = frozenset((
    138, 139, 160, 251, 374, 392, 433, 445, 1405, 1415, 1475, 1476, 2526, 3116, 3124, 3140, 3155,
    3163, 3183, 3184, 3195, 3562,
))  # fmt: skip
"""Frames of the room with the blue sofa kept: not turned."""

WRONG = frozenset(("fall126", "fall136", "fall166", "fall192", "not-fallen135"))
"""Bending or sitting but labelled as fallen, or the other way round."""

TURNED = frozenset((
    "not-fallen029", "not-fallen031", "not-fallen044", "not-fallen045", "not-fallen052",
    "not-fallen069", "not-fallen089", "not-fallen091", "not-fallen105", "not-fallen107",
    "not-fallen108", "not-fallen109", "not-fallen126", "not-fallen143", "not-fallen158",
    "not-fallen165",
))  # fmt: skip
"""Turned by 90° or 180°: someone who stands looks as if he lay."""


FIRST_OF_THE_OFFICE = 118
"""`fall118` and later are two rooms, all before are stock photos."""


def part_of(name: str) -> str | None:
    """The office, the classroom and the room are unseen; stock photos and the film are learned."""
    picture = name.removeprefix("person-down_").removesuffix("_jpg").removesuffix("_png")
    kind, number = re.sub(r"\d+", "", picture), int(re.findall(r"\d+", picture)[0])
    if picture in WRONG | TURNED:
        return None
    if kind == "frame_":
        return "train" if number in UPRIGHT_FILM else None
    if kind == "rgb_":
        return "unseen" if number in UPRIGHT_ROOM else None
    if kind == "fall" and number >= FIRST_OF_THE_OFFICE:
        return "unseen"
    return "val" if number % 5 == 0 else "train"


def person_down(given: Ingredients) -> Plan:
    """Both classes from the base network's people; VOC adds others who stand or sit."""
    pictures = parts(given.dataset("person-down", part_of), LABELS)
    others = parts(given.dataset("general-voc100"), {"person": "person"})
    pictures["train"] += map(with_boxes, others["train"])
    start = {"person_down": 0, "person": 0}
    return fine_tune(given, "person-down", pictures, start=start, epochs=12, image_px=320)
