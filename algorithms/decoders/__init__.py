"""From a model's raw outputs to boxes: one file per output family.

To add a family: a file with its `FAMILY`, its name in `manifest.Family`, and one line in
`DECODERS`.
"""

from algorithms.decoders import (
    background,
    classifier,
    detr,
    nms,
    rtdetr,
    rtdetr_scores,
    yolo26,
    yolov5,
    yolov8,
    yolox,
)
from algorithms.decoders.family import OutputFamily
from algorithms.manifest import Family

DECODERS: dict[Family, OutputFamily] = {
    "background": background.FAMILY,
    "classifier": classifier.FAMILY,
    "detr": detr.FAMILY,
    "nms": nms.FAMILY,
    "rtdetr": rtdetr.FAMILY,
    "rtdetr-scores": rtdetr_scores.FAMILY,
    "yolo26": yolo26.FAMILY,
    "yolov5": yolov5.FAMILY,
    "yolov8": yolov8.FAMILY,
    "yolox": yolox.FAMILY,
}
