"""A model at work: pictures in, detections out."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.decoders import DECODERS
from algorithms.decoders.suppress import best_per_thing
from algorithms.engines import Engine
from algorithms.engines.onnxruntime import OnnxRuntimeEngine
from algorithms.frame import ImagePixels, Pixels
from algorithms.letterbox import Letterbox, fill
from algorithms.manifest import AlgorithmManifest


class Detector:
    """One algorithm version, loaded. Safe to share between threads."""

    def __init__(self, manifest: AlgorithmManifest, engine: Engine) -> None:
        self.manifest = manifest
        self.engine = engine
        self._names = np.array(manifest.class_names)
        groups = list(dict.fromkeys(manifest.groups))
        self._group_of_class = np.array([groups.index(group) for group in manifest.groups])
        self._decode = DECODERS[manifest.output.family]

    @classmethod
    def load(cls, manifest: AlgorithmManifest, model: Path, *, threads: int = 1) -> "Detector":
        """Load the model file with the best engine there is.

        Raises:
            ModelError: The file cannot be loaded.
        """
        return cls(manifest, OnnxRuntimeEngine(model, threads=threads))

    def detect(
        self, images: Sequence[NDArray[np.uint8] | Pixels], confidence: float | None = None
    ) -> list[sv.Detections]:
        """Find things in pictures.

        Args:
            images: `(H, W, 3)` uint8 RGB or what scales itself; sizes may differ.
            confidence: Lowest score kept; default: the manifest's operating point.

        Returns:
            One `Detections` per picture, best first: boxes in source pixels, with
            `data["class_name"]`.

        Raises:
            ModelError: The network failed.
        """
        if not images:
            return []
        spec = self.manifest.input
        batch = np.empty((len(images), 3, spec.height, spec.width), np.float32)
        boxes = [fill(_pixels(image), spec, out) for image, out in zip(images, batch, strict=True)]
        outputs = self.engine.run(batch)
        least = self.manifest.thresholds.confidence if confidence is None else confidence
        return [
            self._detections(output, box, least) for output, box in zip(outputs, boxes, strict=True)
        ]

    def _detections(
        self, output: NDArray[np.float32], letterbox: Letterbox, confidence: float
    ) -> sv.Detections:
        found = self._decode(output, self.manifest, confidence)
        keep = best_per_thing(
            found.boxes,
            found.scores,
            self._group_of_class[found.class_ids],  # one thing is in one state at a time
            self.manifest.thresholds.iou,
        )
        class_ids = found.class_ids[keep]
        return sv.Detections(
            xyxy=letterbox.to_source(found.boxes[keep]),
            confidence=found.scores[keep],
            class_id=class_ids,
            data={"class_name": self._names[class_ids]},
        )


def _pixels(image: NDArray[np.uint8] | Pixels) -> Pixels:
    return ImagePixels(image) if isinstance(image, np.ndarray) else image
