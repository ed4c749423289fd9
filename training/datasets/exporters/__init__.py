"""Releases in the formats others read. A new one: a file, and a line in `EXPORTERS`."""

from training.datasets.exporters import coco, croissant, yolo

EXPORTERS = {"coco": coco.write, "croissant": croissant.write, "yolo": yolo.write}
