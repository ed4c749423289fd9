"""A model at work: pictures in, detections out."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.decoders import DECODERS
from algorithms.decoders.suppress import best_per_thing
from algorithms.engines import Engine
from algorithms.engines.choose import Choice, EngineReport, load_engine
from algorithms.engines.gathering import GatheringEngine
from algorithms.engines.onnxruntime import NO_GPU_OPTIONS, GpuOptions, first_that_starts
from algorithms.frame import ImagePixels, Pixels
from algorithms.letterbox import Letterbox, fill
from algorithms.manifest import AlgorithmManifest


class Detector:
    """One algorithm version, loaded. Several threads may share it, and detect at once.

    Args:
        manifest: What the network wants and gives.
        engine: The network.
        report: How the engine was chosen; None where nothing was measured.
    """

    def __init__(
        self, manifest: AlgorithmManifest, engine: Engine, report: EngineReport | None = None
    ) -> None:
        self.manifest = manifest
        self.engine = engine
        self.report = report
        self._names = np.array(manifest.class_names)
        groups = list(dict.fromkeys(manifest.groups))
        self._group_of_class = np.array([groups.index(group) for group in manifest.groups])
        self._decode = DECODERS[manifest.output.family]
        self._own = _Own()

    @classmethod
    def load(cls, manifest: AlgorithmManifest, model: Path, *, threads: int = 1) -> "Detector":
        """Load the model file into ONNX Runtime, for one caller at a time.

        Args:
            manifest: What the network wants and gives.
            model: The `.onnx` file.
            threads: CPU threads of one call.

        Raises:
            ModelError: The file cannot be loaded.
        """
        return cls(manifest, first_that_starts(model, threads=threads))

    @classmethod
    def load_fastest(
        cls,
        manifest: AlgorithmManifest,
        model: Path,
        *,
        engine: Choice = "auto",
        lanes: int = 1,
        gpu: GpuOptions = NO_GPU_OPTIONS,
        measure_s: float = 2.0,
    ) -> "Detector":
        """Measure the engines there are and load the model file into the fastest.

        On a GPU, pictures of lanes that detect at the same time go in one batch.

        Args:
            manifest: What the network wants and gives.
            model: The `.onnx` file.
            engine: A library, or `auto` for all there are.
            lanes: How many threads will detect at once, each with one CPU thread.
            gpu: Limits on a GPU.
            measure_s: Seconds for each engine.

        Raises:
            ModelError: The file cannot be loaded, or no engine of the choice can be used.
        """
        brightest = 255 * manifest.input.scale
        chosen, report = load_engine(
            model, engine, lanes=lanes, brightest=brightest, gpu=gpu, measure_s=measure_s
        )
        if chosen.device != "cpu" and chosen.input_shape[0] is None:
            chosen = GatheringEngine(chosen)
        return cls(manifest, chosen, report)

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
        batch = self._buffer(len(images))
        boxes = [fill(_pixels(image), spec, out) for image, out in zip(images, batch, strict=True)]
        outputs = self.engine.run(batch)
        least = self.manifest.thresholds.confidence if confidence is None else confidence
        return [
            self._detections(output, box, least) for output, box in zip(outputs, boxes, strict=True)
        ]

    def _buffer(self, pictures: int) -> NDArray[np.float32]:
        """The calling thread's input for this many pictures, used again at every call."""
        mine = self._own.inputs
        if pictures not in mine:
            spec = self.manifest.input
            mine[pictures] = np.empty((pictures, 3, spec.height, spec.width), np.float32)
        return mine[pictures]

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


class _Own(threading.local):
    """What one calling thread has."""

    def __init__(self) -> None:
        self.inputs: dict[int, NDArray[np.float32]] = {}


def _pixels(image: NDArray[np.uint8] | Pixels) -> Pixels:
    return ImagePixels(image) if isinstance(image, np.ndarray) else image
