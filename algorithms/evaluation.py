"""How good a model is: the one piece of code that measures, always as served."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import Any

import cv2
import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.dataset import read_dataset
from algorithms.errors import DatasetError
from algorithms.manifest import AlgorithmManifest
from algorithms.matching import Matches, match

LOWEST_CONFIDENCE = 0.001
"""Average precision wants the whole curve, so everything above this is asked for."""

SAME_THING: Mapping[str, str] = {
    "aeroplane": "airplane",
    "diningtable": "dining_table",
    "motorbike": "motorcycle",
    "pedestrian": "person",
    "pottedplant": "potted_plant",
    "sofa": "couch",
    "tvmonitor": "tv",
}
"""Names other data sets use for our classes."""

Detect = Callable[[Sequence[NDArray[np.uint8]]], list[sv.Detections]]
"""`(H, W, 3)` RGB pictures in, one `Detections` each with `data["class_name"]` out."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """One class; None where it has no instances, or (precision) was never detected."""

    ap50: float | None
    ap50_95: float | None
    precision: float | None
    recall: float | None
    instances: int


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """What `longan evaluate` prints. Only classes that the data labels are in it."""

    algorithm: str
    version: str
    classes: dict[str, ClassScore]
    map50: float | None
    map50_95: float | None
    images: int
    ms_per_image: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def evaluate_algorithm(
    manifest: AlgorithmManifest,
    detect: Callable[[Sequence[NDArray[np.uint8]], float], list[sv.Detections]],
    data: Path,
    split: str = "val",
    *,
    aliases: Mapping[str, str] = SAME_THING,
    progress: Callable[[int, int], None] | None = None,
) -> EvaluationReport:
    """Measure a model on a labelled data set.

    Args:
        manifest: Gives the classes and the operating point.
        detect: `Detector.detect`.
        data: What `read_dataset` takes.
        split: Which part of it.
        aliases: Name in the data → class key, where they differ.
        progress: Called with pictures done and pictures in all.

    Raises:
        DatasetError: The data cannot be read, or shares no class with the model.
    """
    return evaluate(
        lambda images: detect(images, LOWEST_CONFIDENCE),
        manifest.class_names,
        read_dataset(data, split),
        algorithm=manifest.name,
        version=manifest.version,
        operating_point=manifest.thresholds.confidence,
        aliases=aliases,
        progress=progress,
    )


def evaluate(
    detect: Detect,
    class_names: Sequence[str],
    dataset: sv.DetectionDataset,
    *,
    algorithm: str = "",
    version: str = "",
    operating_point: float = 0.25,
    aliases: Mapping[str, str] = SAME_THING,
    progress: Callable[[int, int], None] | None = None,
) -> EvaluationReport:
    """Compare what `detect` finds with the labels; classes are matched by name.

    Average precision (COCO's, at most 100 boxes a picture and class) is over all that `detect`
    gives; precision and recall are at `operating_point` and an overlap of 0.5. Labels of
    classes the model lacks, and detections of classes the data lacks, do not count.

    Raises:
        DatasetError: No common class, or a picture that cannot be read.
    """
    seen = observe(detect, class_names, dataset, aliases=aliases, progress=progress)
    return summarise(seen, operating_point, algorithm=algorithm, version=version)


@dataclass(frozen=True, slots=True)
class Observations:
    """What a model made of a data set: all that reports and scorecards are computed from.

    Args:
        classes: Those that the model and the data share, in the model's order.
        pictures: Their paths.
        brightness: Of each picture: mean of its grey values, 0–255.
        matches: Detections against labels; class ids count in `classes`.
        ms_per_picture: CPU time from pixels to detections, however busy the machine.
    """

    classes: tuple[str, ...]
    pictures: tuple[str, ...]
    brightness: tuple[float, ...]
    matches: Matches
    ms_per_picture: float


def observe(
    detect: Detect,
    class_names: Sequence[str],
    dataset: sv.DetectionDataset,
    *,
    aliases: Mapping[str, str] = SAME_THING,
    progress: Callable[[int, int], None] | None = None,
) -> Observations:
    """Show a model every picture; see `evaluate`, which takes the same."""
    shared = _shared_classes(class_names, dataset.classes, aliases)
    found: list[sv.Detections] = []
    truth: list[sv.Detections] = []
    brightness: list[float] = []
    busy_s = 0.0
    # Sorted: of equally sure detections the first picture's comes first, on every machine.
    paths = sorted(str(path) for path in dataset.image_paths)
    for done, path in enumerate(paths, start=1):
        picture = cv2.imread(path)
        if picture is None:
            raise DatasetError(f"{path}: not a picture OpenCV can read")
        brightness.append(float(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).mean()))
        image = np.ascontiguousarray(picture[:, :, ::-1], np.uint8)
        started = process_time()
        (detections,) = detect([image])
        busy_s += process_time() - started
        found.append(_only(detections, shared, {}))
        truth.append(_only(dataset.annotations[path], shared, aliases))
        if progress is not None:
            progress(done, len(dataset))
    return Observations(
        classes=tuple(shared),
        pictures=tuple(paths),
        brightness=tuple(brightness),
        matches=match(found, truth, len(shared)),
        ms_per_picture=round(1000 * busy_s / len(dataset), 2),
    )


def summarise(
    seen: Observations, operating_point: float, *, algorithm: str = "", version: str = ""
) -> EvaluationReport:
    """The report that `evaluate` gives, of what was observed."""
    classes = _scores(seen.matches, seen.classes, operating_point)
    counted = [score for score in classes.values() if score.instances]
    return EvaluationReport(
        algorithm=algorithm,
        version=version,
        classes=classes,
        map50=_mean([score.ap50 for score in counted]),
        map50_95=_mean([score.ap50_95 for score in counted]),
        images=len(seen.pictures),
        ms_per_image=seen.ms_per_picture,
    )


def _shared_classes(
    class_names: Sequence[str], labelled: Sequence[str], aliases: Mapping[str, str]
) -> list[str]:
    known = {_key(name, aliases) for name in labelled}
    shared = [name for name in class_names if name in known]
    if not shared:
        raise DatasetError(
            f"no common class: the model knows {', '.join(class_names)}; "
            f"the data labels {', '.join(labelled)}"
        )
    return shared


def _key(name: str, aliases: Mapping[str, str]) -> str:
    """A class name as a class key: `With Helmet` is `with_helmet`."""
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    return aliases.get(key, key)


def _only(
    detections: sv.Detections, shared: Sequence[str], aliases: Mapping[str, str]
) -> sv.Detections:
    """The boxes of shared classes, numbered by their place in `shared`."""
    names = [_key(str(name), aliases) for name in detections.data.get("class_name", [])]
    keep = [i for i, name in enumerate(names) if name in shared]
    if not keep:
        return sv.Detections.empty()
    scores = detections.confidence
    return sv.Detections(
        xyxy=np.asarray(detections.xyxy, np.float32)[keep],
        class_id=np.array([shared.index(names[i]) for i in keep]),
        confidence=None if scores is None else scores[keep],
    )


def _scores(
    matches: Matches, shared: Sequence[str], operating_point: float
) -> dict[str, ClassScore]:
    scores: dict[str, ClassScore] = {}
    for i, name in enumerate(shared):
        sure = (matches.found_class == i) & (matches.found_score >= operating_point)
        there = matches.true_class == i
        instances, hits = int(there.sum()), int((sure & matches.found_right).sum())
        scores[name] = ClassScore(
            ap50=_rounded(matches.ap50[i]) if instances else None,
            ap50_95=_rounded(matches.ap50_95[i]) if instances else None,
            precision=_rounded(hits / sure.sum()) if sure.any() else None,
            recall=_rounded(hits / instances) if instances else None,
            instances=instances,
        )
    return scores


def _rounded(value: float) -> float:
    return round(float(value), 4)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _rounded(float(np.mean(known))) if known else None
