"""A first patch from a report's list to fix: what is usually done about each kind of finding."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from algorithms.errors import DatasetError
from training.quality.finding import KINDS
from training.quality.patch import (
    DIGITS,
    NEVER,
    UNSAID,
    Acceptance,
    BoxChange,
    Correction,
    Patch,
    Sides,
)

_Entry = Mapping[str, Any]
"""One of `to_fix` in a `report.json`."""


def _sides(box: _Entry) -> Sides:
    x, y, width, height = (round(float(box[key]), 2) for key in ("x", "y", "width", "height"))
    return (str(box["class_name"]), x, y, width, height)


def _drop_box(entry: _Entry) -> BoxChange:
    return BoxChange(was=_sides(entry["box"]))


def _clip_box(entry: _Entry) -> BoxChange:
    name, x, y, width, height = was = _sides(entry["box"])
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(x + width, entry["width"]), min(y + height, entry["height"])
    if right <= left or bottom <= top:
        return BoxChange(was=was)
    now = (name, left, top, round(right - left, 2), round(bottom - top, 2))
    return BoxChange(was=was, now=now)


def _rename_box(entry: _Entry) -> BoxChange:
    was = _sides(entry["box"])
    return BoxChange(was=was, now=(str(entry["says"]), *was[1:]))


def _add_box(entry: _Entry) -> BoxChange:
    x1, y1, x2, y2 = map(float, entry["region"])
    sides = (round(x1, 2), round(y1, 2), round(x2 - x1, 2), round(y2 - y1, 2))
    return BoxChange(now=(str(entry["says"]), *sides))


_DROP_PICTURE = {"broken", "leak", "duplicate", "near-duplicate", "blurred", "dark", "bright"}
_BOX: dict[str, Callable[[_Entry], BoxChange]] = {
    "degenerate": _drop_box,
    "duplicate-box": _drop_box,
    "whole-image": _drop_box,
    "tiny": _drop_box,
    "unseen-label": _drop_box,
    "outside": _clip_box,
    "doubtful-label": _rename_box,
    "missing-label": _add_box,
}
_BY_MODEL = {"doubtful-label", "missing-label"}
"""Without a word of the model that the data know too, nothing can be written."""
ACCEPTABLE = tuple(kind for kind in KINDS if kind not in NEVER)
FIXABLE = tuple(kind for kind in KINDS if kind in _DROP_PICTURE or kind in _BOX)


def draft(to_fix: Sequence[_Entry], fix: Sequence[str], accept: Sequence[str]) -> Patch:
    """A patch to read through and edit.

    Args:
        to_fix: Of a `report.json`.
        fix: Kinds to write corrections for, of `FIXABLE`.
        accept: Kinds to accept as they are.

    Raises:
        DatasetError: A kind that is not known, or that nothing is usually done about.
    """
    wrong = [kind for kind in fix if kind not in FIXABLE]
    wrong += [kind for kind in accept if kind not in ACCEPTABLE]
    if wrong:
        raise DatasetError(
            f"{', '.join(wrong)}: expected to fix some of {', '.join(FIXABLE)}, "
            f"or to accept some of {', '.join(ACCEPTABLE)}"
        )
    corrections: dict[tuple[str, str], Correction] = {}
    for entry in to_fix:
        if entry["kind"] in fix and not (entry["kind"] in _BY_MODEL and "says" not in entry):
            key = (_full_name(entry), str(entry["sha256"])[:DIGITS])
            corrections[key] = _with(entry, corrections.get(key), key)
    count = Counter(str(entry["kind"]) for entry in to_fix)
    accepted = [Acceptance(kind=k, at_most=count[k], why=UNSAID) for k in accept if count[k]]
    return Patch(corrections=tuple(corrections.values()), accept=tuple(accepted))


def _with(entry: _Entry, before: Correction | None, key: tuple[str, str]) -> Correction:
    name, digest = key
    why = f"{entry['kind']}: {entry['detail']}"
    if before is not None and before.drop:
        return before
    if entry["kind"] in _DROP_PICTURE:
        return Correction(picture=name, sha256=digest, why=why, drop=True)
    change = _BOX[entry["kind"]](entry)
    if before is None:
        return Correction(picture=name, sha256=digest, why=why, boxes=(change,))
    taken = {one.was for one in before.boxes}
    if change.was is not None and change.was in taken:
        return before
    return before.model_copy(
        update={"why": f"{before.why}; {why}", "boxes": (*before.boxes, change)}
    )


def _full_name(entry: _Entry) -> str:
    return f"{entry['split']}/{entry['picture']}" if entry.get("split") else str(entry["picture"])
