"""Checks on the data as a whole: classes, sizes, light, licences."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.datasets.labelled import Labelled
from training.datasets.licences import LicenceRollUp, rolled_up
from training.quality.finding import Finding
from training.quality.pictures import Look

RARE_BOXES = 20
"""A class with fewer cannot be measured."""
_SIZES = ((32.0, "small (below 32²)"), (96.0, "medium (below 96²)"), (float("inf"), "large"))


@dataclass(frozen=True)
class Balance:
    """What the data consists of."""

    boxes: dict[str, dict[str, int]]
    """Split → class → boxes."""
    sizes: dict[str, int]
    """COCO's size ranges, in pixels of the picture → boxes."""
    light: dict[str, int]
    """Mean brightness, in quarters of the range → pictures."""
    licence: LicenceRollUp


def weighed(data: Labelled, looks: Sequence[Look]) -> Balance:
    """Count what there is."""
    boxes: dict[str, Counter[str]] = {}
    sizes = Counter({name: 0 for _, name in _SIZES})
    for picture in data.pictures:
        count = boxes.setdefault(picture.split or "-", Counter(dict.fromkeys(data.classes, 0)))
        count.update(box.class_name for box in picture.boxes)
        for box in picture.boxes:
            side = max(0.0, box.width * box.height) ** 0.5
            sizes[next(name for limit, name in _SIZES if side < limit)] += 1
    light = Counter(
        f"{int(s.brightness // 64) * 64}-{int(s.brightness // 64) * 64 + 63}"
        for s in looks
        if s.perceptual is not None
    )
    licence = rolled_up(picture.licence for picture in data.pictures)
    return Balance(
        {k: dict(v) for k, v in boxes.items()}, dict(sizes), dict(sorted(light.items())), licence
    )


def check(data: Labelled, balance: Balance) -> Iterator[Finding]:
    """Findings on the whole."""
    for name in data.classes:
        counts = {split: count.get(name, 0) for split, count in balance.boxes.items()}
        total = sum(counts.values())
        if total < RARE_BOXES:
            yield Finding("rare-class", f"{name}: {total} boxes, fewer than {RARE_BOXES}")
        empty = sorted(split for split, count in counts.items() if not count)
        if empty and total:
            yield Finding("missing-class", f"{name}: none in {', '.join(empty)}")
    if balance.licence.unknown:
        yield Finding(
            "no-licence",
            f"{balance.licence.unknown} of {len(data.pictures)} pictures: state it with --licence",
        )
