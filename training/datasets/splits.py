"""Splits whose parts don't know each other: no camera, time or look-alike in two of them."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePosixPath

from algorithms.errors import DatasetError
from training.datasets.labelled import Labelled, Picture
from training.datasets.near_duplicates import near_pairs

_FRAME = re.compile(
    r"^(.*?(?:mp4|avi|mov|mkv|webm|frames?|cam(?:era)?\d+))[-_.]?\d+.*$", re.IGNORECASE
)
_ENCODING = re.compile(r"_(?:jpe?g|png)$", re.IGNORECASE)
_AUGMENTED = re.compile(r"\.rf\.[0-9a-f]+$", re.IGNORECASE)


def stem(name: str) -> str:
    """What a file name says it was made from: the clip of a frame, the original of a variant.

    `img_52 (2)` stays what it is: names clash more often than pictures are copied.

    >>> stem("fire1_mp4-23_jpg.rf.0a1b.jpg"), stem("img_52_jpg.rf.0a1b.jpg"), stem("img_52.jpg")
    ('fire1_mp4', 'img_52', 'img_52')
    """
    bare = _bare(name)
    frame = _FRAME.match(bare)
    return frame[1] if frame else bare


def _bare(name: str) -> str:
    return _ENCODING.sub("", _AUGMENTED.sub("", PurePosixPath(name).stem))


def group(picture: Picture) -> str:
    """Pictures of one group belong in one split: one camera's hour, one clip, one original."""
    if picture.camera:
        hour = ""
        if picture.captured_at:
            hour = f"{datetime.fromisoformat(picture.captured_at):%Y-%m-%dT%H}"
        return f"{picture.source or ''}|{picture.camera}|{hour}"
    return f"{picture.source or ''}||{stem(picture.name)}"


def grouped_split(data: Labelled, hashes: Sequence[int], shares: Mapping[str, float]) -> Labelled:
    """Put every picture into a split, whole groups and look-alikes together.

    The same pictures give the same splits, in whatever order they come.

    Args:
        data: Its own splits are forgotten.
        hashes: Each picture's perceptual hash.
        shares: Wanted share of each split; they add up to 1.

    Raises:
        DatasetError: The shares don't add up to 1.
    """
    if abs(sum(shares.values()) - 1) > 1e-6 or min(shares.values()) <= 0:
        raise DatasetError(f"splits: expected shares above 0 that add up to 1, got {dict(shares)}")
    parts = _together(data.pictures, hashes)
    # The fullest first keeps the shares; the hash decides between equals.
    parts.sort(key=lambda part: (-len(part), _key(data.pictures, hashes, part)))
    missing = {split: share * len(data.pictures) for split, share in shares.items()}
    chosen: dict[int, str] = {}
    for part in parts:
        split = max(sorted(missing), key=lambda name: missing[name])
        missing[split] -= len(part)
        chosen |= dict.fromkeys(part, split)
    pictures = (replace(p, split=chosen[index]) for index, p in enumerate(data.pictures))
    return replace(data, pictures=tuple(pictures))


def leaks(pictures: Sequence[Picture], hashes: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Pairs of pictures in different splits that belong together, and why.

    Without the second of each pair nothing leaks any more; where one of the two is in `train`, it
    is the second.
    """
    for one, other, bits in near_pairs(hashes):
        if pictures[one].split != pictures[other].split:
            kept, spare = sorted((one, other), key=lambda index: pictures[index].split == "train")
            yield kept, spare, f"look alike: hashes differ in {bits} of 64 bits"
    together: dict[str, list[int]] = defaultdict(list)
    telling: set[str] = set()  # `1.jpg` in two splits says nothing
    for index, picture in enumerate(pictures):
        key = group(picture)
        together[key].append(index)
        if picture.camera or _bare(picture.name) != stem(picture.name) or ".rf." in picture.name:
            telling.add(key)
    for key in sorted(telling):
        head = min(together[key], key=lambda index: (pictures[index].split == "train", index))
        for other in together[key]:
            if pictures[other].split != pictures[head].split:
                yield head, other, f"same clip, camera hour or original: {key.strip('|')}"


def _together(pictures: Sequence[Picture], hashes: Sequence[int]) -> list[list[int]]:
    parent = list(range(len(pictures)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    first: dict[str, int] = {}
    for index, picture in enumerate(pictures):
        parent[root(index)] = root(first.setdefault(group(picture), index))
    for one, other, _ in near_pairs(hashes):
        parent[root(one)] = root(other)
    parts: dict[int, list[int]] = defaultdict(list)
    for index in range(len(pictures)):
        parts[root(index)].append(index)
    return list(parts.values())


def _key(pictures: Sequence[Picture], hashes: Sequence[int], part: list[int]) -> str:
    words = sorted(f"{pictures[index].name} {hashes[index]}" for index in part)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()
