"""From reviewed events to labelled pictures: what was confirmed, what was none, and a random share.

| an event that stands as | becomes |
| --- | --- |
| confirmed | a positive: the boxes of its objects |
| false alarm, `look_alike` | a hard negative: its picture without boxes |
| false alarm, `wrong_class` or `tracking` | to label: the thing is there, its box is wrong |
| false alarm of the set-up (`allowed`, `wrong_place` …), `duplicate_of` | left out |
| unsure, or never reviewed | left out |
| any of those left out, if chance drew it | to label |

Only what a person settled is trained on. What is to be labelled comes with the model's own boxes,
for a person to correct: taken for the truth, they would teach a model what it believes already.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from algorithms.errors import DatasetError
from serving.access import Actor
from serving.settings import Settings
from serving.store import Store, evidence, reviews, storms
from serving.store.archive import Archive
from serving.store.loop_models import Review
from serving.store.models import Event, Evidence
from training.datasets.labelled import Box, Labelled, Picture
from training.datasets.library import Library
from training.datasets.near_duplicates import near_pairs
from training.datasets.safety import picture_size
from training.datasets.splits import grouped_split
from training.datasets.store import sha256_of
from training.quality.pictures import look

Kind = Literal["to label", "positive", "hard negative"]
"""Of a picture that shows several events, the first that any of them has."""

_KINDS: tuple[Kind, ...] = ("to label", "positive", "hard negative")

LICENCE = "proprietary"
"""Of a city's own cameras: nobody else may have the pictures."""

DATA_CLASS = "personal"
"""People can be recognised: the pictures are the unmasked originals."""

WHY = "training data"
"""Stands in the audit of every original that is opened."""

SPLIT = {"train": 0.8, "val": 0.2}

SAME_PLACE = 0.5
"""Two pictures that look alike are one where their boxes overlap so much: the parked scooter, again
and again. A fixed camera's pictures always look alike."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events, and how many.

    Args:
        scenario: Of the catalogue.
        since: Opened at this moment or later; None: from the first.
        until: Opened before.
        per_camera_day: Pictures of one camera on one day, at most; chance says which.
        share: Of all events, that chance draws whatever their verdict, 0–1.
        seed: The same one draws the same.
        known: sha256 of pictures that are not taken again.
    """

    scenario: str
    since: datetime | None
    until: datetime
    per_camera_day: int = 20
    share: float = 0.1
    seed: int = 0
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shot:
    """A snapshot, and the events that it shows."""

    kind: Kind
    events: tuple[tuple[Event, Review | None], ...]
    snapshot: Evidence
    drawn: bool

    @property
    def boxes(self) -> list[tuple[str, list[float]]]:
        """Class and box of what is there; of a picture to label, of what is said to be there."""
        return [
            (thing["class_name"], thing["box"])
            for event, review in self.events
            if self.kind == "to label" or (review is not None and review.verdict == "confirmed")
            for thing in event.objects
        ]


@dataclass(frozen=True)
class Reviewed:
    """What came of it."""

    truth: Labelled
    """Positives and hard negatives, each with a split."""
    to_label: Labelled
    """With the model's boxes, without a split."""
    lineage: list[dict[str, Any]]
    """Where each picture is from: see `lineage_of`."""
    taken: Counter[str] = field(default_factory=Counter[str])
    """Pictures by kind."""
    dropped: Counter[str] = field(default_factory=Counter[str])
    """Events by why they were left out."""


def gather(
    store: Store,
    settings: Settings,
    wanted: Wanted,
    by: Actor,
    progress: Progress,
    borrowed: ExitStack,
) -> Reviewed:
    """Make labelled pictures of reviewed events.

    Every original that is opened gets a record in the audit of its event.

    Args:
        store: Where the events are.
        settings: Where their pictures are, and whose days count.
        wanted: Which.
        by: In whose name originals are opened.
        progress: Called after each picture.
        borrowed: The pictures' files are there until it ends.
    """
    dropped: Counter[str] = Counter()
    with store.read() as session:
        shots = _shots(session, wanted, dropped)
    shots = _capped(shots, wanted, settings.time_zone, dropped)
    opened = _opened(store, settings, shots, by, dropped, borrowed)
    pictures: list[tuple[Shot, Picture, int]] = []
    for done, (shot, file) in enumerate(opened, 1):
        seen = look(file)
        progress(done, len(opened))
        if seen.perceptual is None:
            dropped["its picture cannot be decoded"] += len(shot.events)
        else:
            picture = _picture(shot, file, settings.time_zone)
            pictures.append((shot, picture, seen.perceptual))
    pictures = _unlike(pictures, dropped)
    truth = [taken for taken in pictures if taken[0].kind != "to label"]
    to_label = [taken for taken in pictures if taken[0].kind == "to label"]
    return Reviewed(
        truth=_split(_labelled(truth), [hashed for *_, hashed in truth]),
        to_label=_labelled(to_label),
        lineage=[lineage_of(shot, picture) for shot, picture, _ in pictures],
        taken=Counter(shot.kind for shot, _, _ in pictures),
        dropped=dropped,
    )


def keep(library: Library, name: str, reviewed: Reviewed, progress: Progress) -> list[Path]:
    """Keep both parts in the library, as `name` and `name-to-label`, with `lineage.json` beside.

    Raises:
        DatasetError: The name is unusable or taken, or there is no picture at all.
    """
    parts = {name: reviewed.truth, f"{name}-to-label": reviewed.to_label}
    files = [library.add(n, data, progress) for n, data in parts.items() if data.pictures]
    if not files:
        raise DatasetError(f"{name}: no event became a picture: {_told(reviewed.dropped)}")
    for file in files:
        about = {"data_class": DATA_CLASS, "pictures": reviewed.lineage}
        text = json.dumps(about, ensure_ascii=False, indent=1)
        file.with_name("lineage.json").write_text(text, encoding="utf-8")
    return files


def lineage_of(shot: Shot, picture: Picture) -> dict[str, Any]:
    """Where a picture is from: what was deployed, which versions are charged, who said what."""
    return {
        "name": picture.name,
        "kind": shot.kind,
        "drawn_at_random": shot.drawn,
        "events": [
            {
                "id": event.id,
                "deployment_id": event.deployment_id,
                "deployment_revision": event.deployment_revision,
                "algorithms": event.algorithms,
                "verdict": review.verdict if review else reviews.UNREVIEWED,
                "reason": review.reason if review else None,
                "reviewer": review.reviewer if review else None,
            }
            for event, review in shot.events
        ],
    }


def _told(dropped: Counter[str]) -> str:
    return ", ".join(f"{count} {why}" for why, count in dropped.most_common()) or "there was none"


def _shots(session: Session, wanted: Wanted, dropped: Counter[str]) -> list[Shot]:
    by_picture: dict[str, list[tuple[Kind, Event, Review | None, Evidence]]] = defaultdict(list)
    for event, review, snapshot in _events(session, wanted):
        kind = _kind(event, review)
        if kind is None and _drawn(event.id, wanted):
            kind = "to label"
        why_not = _unusable(review, kind, snapshot)
        if why_not is not None:
            dropped[why_not] += 1
        elif kind is not None and snapshot is not None:
            digest = snapshot.original_sha256 or snapshot.sha256 or event.id
            if digest in wanted.known:
                dropped["known already"] += 1
            else:
                by_picture[digest].append((kind, event, review, snapshot))
    shots: list[Shot] = []
    for found in by_picture.values():
        kinds: set[Kind] = {taken[0] for taken in found}
        kind = min(kinds, key=_KINDS.index)
        events = tuple((event, review) for _, event, review, _ in found)
        drawn = any(_drawn(event.id, wanted) for event, _ in events)
        shots.append(Shot(kind, events, found[0][3], drawn))
    return shots


def _events(session: Session, wanted: Wanted) -> list[tuple[Event, Review | None, Evidence | None]]:
    review = reviews.standing()
    query = (
        select(Event, review, Evidence)
        .join(review, review.event_id == Event.id, isouter=True)
        .join(
            Evidence,
            (Evidence.event_id == Event.id) & (Evidence.kind == "snapshot"),
            isouter=True,
        )
        .where(
            Event.scenario == wanted.scenario,
            Event.rule != storms.RULE,
            Event.opened_at < wanted.until,
        )
        .order_by(Event.opened_at, Event.id)
    )
    if wanted.since is not None:
        query = query.where(Event.opened_at >= wanted.since)
    return [(event, said, snapshot) for event, said, snapshot in session.execute(query)]


def _kind(event: Event, review: Review | None) -> Kind | None:
    if review is None:
        return None
    if review.verdict == "confirmed":
        return "positive" if event.objects else None
    if review.verdict != "false_alarm":
        return None
    if review.reason == "look_alike":
        return "hard negative"
    return "to label" if review.reason in ("wrong_class", "tracking") else None


def _unusable(review: Review | None, kind: Kind | None, snapshot: Evidence | None) -> str | None:
    """Why an event gives no picture; None: it does."""
    if kind is None:
        said = reviews.UNREVIEWED if review is None else review.reason or review.verdict
        return f"not drawn ({said})"
    if snapshot is None:
        return "no snapshot"
    masked = snapshot.original_sha256 is not None
    gone = snapshot.original_removed_at if masked else snapshot.removed_at
    return "its original was removed" if gone is not None else None


def _drawn(event_id: str, wanted: Wanted) -> bool:
    return _chance(event_id, wanted.seed) < wanted.share


def _chance(event_id: str, seed: int, what: str = "share") -> float:
    """A number in `[0, 1)` that belongs to an event."""
    return int.from_bytes(sha256(f"{seed} {what} {event_id}".encode()).digest()[:8]) / 2**64


def _day(event: Event, zone: ZoneInfo) -> str:
    return f"{event.opened_at.astimezone(zone):%Y-%m-%d}"


def _capped(
    shots: Sequence[Shot], wanted: Wanted, zone: ZoneInfo, dropped: Counter[str]
) -> list[Shot]:
    """At most so many of a camera's day; chance says which, so that no hour is preferred."""
    by_day: dict[tuple[str, str], list[Shot]] = defaultdict(list)
    for shot in shots:
        event = shot.events[0][0]
        by_day[event.camera_id, _day(event, zone)].append(shot)
    kept: list[Shot] = []
    for day in by_day.values():
        day.sort(key=lambda shot: _chance(shot.events[0][0].id, wanted.seed, "cap"))
        kept += day[: wanted.per_camera_day]
        over = sum(len(shot.events) for shot in day[wanted.per_camera_day :])
        if over:
            dropped["over the cap of its camera's day"] += over
    return sorted(kept, key=lambda shot: (shot.events[0][0].opened_at, shot.events[0][0].id))


def _opened(
    store: Store,
    settings: Settings,
    shots: Iterable[Shot],
    by: Actor,
    dropped: Counter[str],
    borrowed: ExitStack,
) -> list[tuple[Shot, Path]]:
    """The files, those of originals with a record in the audit."""
    archive = Archive.of(settings)
    opened: list[tuple[Shot, Path]] = []
    for shot in shots:
        row = shot.snapshot
        original = row.original_sha256 is not None
        folder = archive.originals_dir if original else archive.evidence_dir
        try:
            if not (folder / row.path).resolve().is_relative_to(folder.resolve()):
                raise FileNotFoundError(row.path)
            (file,) = borrowed.enter_context(archive.at_hand(folder / row.path))
        except FileNotFoundError:
            dropped["its file is missing"] += len(shot.events)
            continue
        if sha256_of(file) != (row.original_sha256 or row.sha256):
            dropped["its file is not the one that was recorded"] += len(shot.events)
            continue
        opened.append((shot, file))
    with store.write() as session:
        for shot, _ in opened:
            if shot.snapshot.original_sha256 is not None:
                for event, _ in shot.events:
                    evidence.audit(session, event.id, "opened", WHY, by, original=shot.snapshot)
    return opened


def _picture(shot: Shot, file: Path, zone: ZoneInfo) -> Picture:
    event = shot.events[0][0]
    width, height = picture_size(file)
    boxes = tuple(
        Box(name, x1 * width, y1 * height, (x2 - x1) * width, (y2 - y1) * height)
        for name, (x1, y1, x2, y2) in shot.boxes
    )
    return Picture(
        file=file,
        name=f"{event.id}.jpg",
        width=width,
        height=height,
        boxes=boxes,
        source=f"reviews of {event.scenario}",
        camera=event.camera_id,
        captured_at=event.opened_at.astimezone(zone).isoformat(timespec="seconds"),
        licence=LICENCE,
        record=f"event {event.id}",
    )


def _unlike(
    pictures: list[tuple[Shot, Picture, int]], dropped: Counter[str]
) -> list[tuple[Shot, Picture, int]]:
    """Those that are not once more what an earlier one of the same kind shows."""
    again: set[int] = set()
    for one, other, _ in near_pairs([hashed for _, _, hashed in pictures]):
        (shot, picture, _), (later, repeats, _) = pictures[one], pictures[other]
        same = shot.kind == later.kind and picture.camera == repeats.camera
        if one not in again and same and _same_place(shot, later):
            again.add(other)
    for index in again:
        dropped["near-duplicates"] += len(pictures[index][0].events)
    return [taken for index, taken in enumerate(pictures) if index not in again]


def _same_place(one: Shot, other: Shot) -> bool:
    """Whether everything that the events are about is where it was."""
    ours, theirs = (
        np.array([thing["box"] for event, _ in shot.events for thing in event.objects])
        for shot in (one, other)
    )
    if len(ours) != len(theirs):
        return False
    return not len(ours) or bool((_iou(ours, theirs).max(axis=1) >= SAME_PLACE).all())


def _iou(a: np.ndarray[Any, Any], b: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    top = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.clip(bottom - top, 0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (a, b)]
    return both / np.maximum(areas[0][:, None] + areas[1][None] - both, 1e-12)


def _split(data: Labelled, hashes: Sequence[int]) -> Labelled:
    """Whole camera days, and what looks alike, on one side."""
    by_day = data.with_pictures(lambda p: replace(p, captured_at=(p.captured_at or "")[:10]))
    sides = [picture.split for picture in grouped_split(by_day, hashes, SPLIT).pictures]
    pairs = zip(data.pictures, sides, strict=True)
    return replace(data, pictures=tuple(replace(p, split=side) for p, side in pairs))


def _labelled(pictures: Sequence[tuple[Shot, Picture, int]]) -> Labelled:
    """Its classes are those of all that was said to be there, also where nothing was."""
    said = (event.objects for shot, *_ in pictures for event, _ in shot.events)
    classes = sorted({thing["class_name"] for things in said for thing in things})
    return Labelled(tuple(classes), tuple(picture for _, picture, _ in pictures))
