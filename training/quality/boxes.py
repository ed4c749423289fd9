"""Checks on the boxes of one picture."""

from collections.abc import Iterator
from itertools import combinations

from training.datasets.labelled import Box, Picture
from training.quality.finding import Finding

OUTSIDE_PX = 1.0
"""A box may reach this far outside: rounding, not a fault."""
TINY_PX = 8.0
"""Mean side, with the picture's long side scaled to 640 px: what the smallest stride sees."""
WHOLE_SHARE = 0.95
"""Of the picture's area."""
SAME_IOU = 0.9


def check(index: int, picture: Picture) -> Iterator[Finding]:
    """Findings on the boxes of a picture that can be decoded."""
    wide, high = picture.width, picture.height
    if not picture.boxes:
        yield Finding("unlabelled", "no boxes: background on purpose, or forgotten?", index)
    for number, box in enumerate(picture.boxes):
        x2, y2 = box.x + box.width, box.y + box.height
        sides = f"{box.class_name} {box.width:.1f} × {box.height:.1f} px"
        if box.width < 1 or box.height < 1:
            yield Finding("degenerate", sides, index, number)
            continue
        over = max(-box.x, -box.y, x2 - wide, y2 - high)
        if over > OUTSIDE_PX:
            yield Finding("outside", f"{sides} reaches {over:.1f} px outside", index, number)
        if (box.width * box.height) ** 0.5 * 640 / max(wide, high) < TINY_PX:
            yield Finding("tiny", sides, index, number)
        if box.width * box.height >= WHOLE_SHARE * wide * high:
            yield Finding("whole-image", sides, index, number)
    for (_, one), (second, other) in combinations(enumerate(picture.boxes), 2):
        overlap = iou(one, other)
        if overlap >= SAME_IOU:
            names = " and ".join(sorted({one.class_name, other.class_name}))
            yield Finding("duplicate-box", f"{names} overlap {overlap:.2f}", index, second)


def iou(one: Box, other: Box) -> float:
    """Intersection over union; 0 where both are empty."""
    wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    common = max(0.0, wide) * max(0.0, high)
    union = one.width * one.height + other.width * other.height - common
    return common / union if union > 0 else 0.0
