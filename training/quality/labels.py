"""Where a model disagrees with the labels."""

from collections.abc import Iterator, Mapping

import supervision as sv

from training.datasets.labelled import Box, Picture
from training.quality.boxes import iou
from training.quality.finding import Finding

SURE = 0.6
"""Least confidence at which the model's word counts against a person's."""
SAME_IOU = 0.5
SEEN = 0.1
"""Least confidence at which a label counts as seen by the model."""


def check(
    index: int, picture: Picture, seen: sv.Detections, same: Mapping[str, str]
) -> Iterator[Finding]:
    """Findings where the model says otherwise.

    Args:
        index: The picture's, in the data.
        picture: With its labels.
        seen: The model's detections in it, from a confidence of `SEEN` on.
        same: Class in the data → class of the model; labels of other classes are not judged.
    """
    things = [_thing(seen, row) for row in range(len(seen))]
    ours = {theirs: name for name, theirs in same.items()}
    for number, label in enumerate(picture.boxes):
        if label.class_name not in same:
            continue
        near = [(conf, box) for conf, box in things if iou(label, box) >= SAME_IOU]
        agree = [box for _, box in near if box.class_name == same[label.class_name]]
        if not near:
            yield Finding("unseen-label", f"{label.class_name}: nothing there", index, number)
        sure = [(conf, box) for conf, box in near if conf >= SURE]
        if sure and not agree:
            conf, box = max(sure, key=lambda one: one[0])
            text = f"labelled {label.class_name}, the model says {box.class_name} ({conf:.2f})"
            yield Finding("doubtful-label", text, index, number, says=ours.get(box.class_name))
    for conf, box in things:
        known = box.class_name in same.values()
        if known and conf >= SURE and all(iou(label, box) < 0.3 for label in picture.boxes):
            region = (box.x, box.y, box.x + box.width, box.y + box.height)
            text = f"{box.class_name} ({conf:.2f}) is not labelled"
            says = ours.get(box.class_name)
            yield Finding("missing-label", text, index, region=region, says=says)


def _thing(seen: sv.Detections, row: int) -> tuple[float, Box]:
    x1, y1, x2, y2 = map(float, seen.xyxy[row])
    name = str(seen.data["class_name"][row])
    confidence = float(seen.confidence[row]) if seen.confidence is not None else 1.0
    return confidence, Box(name, x1, y1, x2 - x1, y2 - y1)
