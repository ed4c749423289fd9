"""Checks across pictures: the same twice, and the same in two splits."""

from collections.abc import Iterator, Sequence

from training.datasets.labelled import Picture
from training.datasets.near_duplicates import near_pairs
from training.datasets.splits import leaks
from training.quality.finding import Finding
from training.quality.pictures import Look


def check(pictures: Sequence[Picture], looks: Sequence[Look]) -> Iterator[Finding]:
    """Findings on pairs of pictures; broken ones are left out."""
    whole = [index for index, seen in enumerate(looks) if seen.perceptual is not None]
    hashes = [seen.perceptual for seen in looks if seen.perceptual is not None]
    told: set[int] = set()  # of a hundred alike, ninety-nine are too many, not 4950 pairs
    for one, other, bits in near_pairs(hashes):
        first, second = whole[one], whole[other]
        if pictures[first].split != pictures[second].split or second in told:
            continue
        told.add(second)
        if looks[first].sha256 == looks[second].sha256:
            yield Finding(
                "duplicate", f"the same file as {_name(pictures[first])}", second, None, first
            )
        else:
            text = f"{bits} of 64 bits from {_name(pictures[first])}"
            yield Finding("near-duplicate", text, second, None, first)
    leaked: set[int] = set()
    for one, other, why in leaks([pictures[index] for index in whole], hashes):
        first, second = whole[one], whole[other]
        if second not in leaked:
            leaked.add(second)
            text = f"{why} (also {_name(pictures[first])})"
            yield Finding("leak", text, second, None, first)


def _name(picture: Picture) -> str:
    return f"{picture.split}/{picture.name}" if picture.split else picture.name
