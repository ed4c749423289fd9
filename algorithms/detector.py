"""A model at work: pictures in, detections out."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import supervision as sv
from numpy.typing import NDArray

from algorithms.decoders import DECODERS
from algorithms.decoders.candidates import Candidates
from algorithms.decoders.family import Memory, Outputs, Shape
from algorithms.decoders.suppress import best_per_thing
from algorithms.engines import Engine
from algorithms.engines.choose import Choice, EngineReport, load_engine
from algorithms.engines.gathering import GatheringEngine
from algorithms.engines.onnxruntime import NO_GPU_OPTIONS, GpuOptions, first_that_starts
from algorithms.errors import ManifestError, ModelError
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
        self._family = DECODERS[manifest.output.family]
        self._shapes = self._family.shapes(manifest)
        tensors = manifest.output.tensors
        if len(tensors) != len(self._shapes) and (tensors or len(self._shapes) > 1):
            raise ManifestError(
                f"output.tensors: expected {len(self._shapes)} names for family "
                f"{manifest.output.family}, got {len(tensors)}; name the network's outputs in the "
                "order of docs/families.md"
            )
        states = len(groups) < len(manifest.classes)
        self._suppress = states or not self._family.suppresses
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
        spec = manifest.input
        white = (255 * spec.scale - np.array(spec.mean)) / np.array(spec.std)
        if manifest.output.tensors and engine == "auto":
            engine = "onnxruntime"  # engines are compared by their first output alone
        chosen, report = load_engine(
            model, engine, lanes=lanes, brightest=float(white.max()), gpu=gpu, measure_s=measure_s
        )
        several = bool(manifest.output.tensors)
        if chosen.device != "cpu" and chosen.input_shape[0] is None and not several:
            chosen = GatheringEngine(chosen)
        return cls(manifest, chosen, report)

    def detect(
        self,
        images: Sequence[NDArray[np.uint8] | Pixels],
        confidence: float | None = None,
        memories: Sequence[tuple[Memory, datetime]] = (),
    ) -> list[sv.Detections]:
        """Find things in pictures.

        Args:
            images: `(H, W, 3)` uint8 RGB or what scales itself; sizes may differ.
            confidence: Lowest score kept; default: the manifest's operating point.
            memories: Of each picture's camera, and when the picture was taken; see `memory`.

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
        planes = batch if spec.layout == "nchw" else batch.transpose(0, 3, 1, 2)
        boxes = [fill(_pixels(image), spec, out) for image, out in zip(images, planes, strict=True)]
        least = self.manifest.thresholds.confidence if confidence is None else confidence
        found = [
            memories[index][0].candidates(outputs, self.manifest, least, memories[index][1])
            if memories
            else self._family.candidates(outputs, self.manifest, least)
            for index, outputs in enumerate(self._outputs(batch))
        ]
        return [self._detections(one, box) for one, box in zip(found, boxes, strict=True)]

    def memory(self) -> Memory | None:
        """A new memory for one camera; None if a single picture says everything."""
        return self._family.memory() if self._family.memory else None

    def _outputs(self, batch: NDArray[np.float32]) -> Iterator[Outputs]:
        """What the family reads, picture by picture."""
        names = self.manifest.output.tensors
        if not names:
            yield from ((output,) for output in self.engine.run(batch))
            return
        for one in range(len(batch)):  # such outputs need not have a batch axis
            found = self.engine.run_all(batch[one : one + 1])
            yield named(found, names, self._shapes)

    def _buffer(self, pictures: int) -> NDArray[np.float32]:
        """The calling thread's input for this many pictures, used again at every call."""
        mine = self._own.inputs
        if pictures not in mine:
            spec = self.manifest.input
            size = (3, spec.height, spec.width)
            size = size if spec.layout == "nchw" else (spec.height, spec.width, 3)
            mine[pictures] = np.empty((pictures, *size), np.float32)
        return mine[pictures]

    def _detections(self, found: Candidates, letterbox: Letterbox) -> sv.Detections:
        sane = np.isfinite(found.boxes).all(axis=1)  # a NaN would spoil the whole track
        keep = np.flatnonzero(sane)
        kept = best_per_thing(
            found.boxes[keep],
            found.scores[keep],
            self._group_of_class[found.class_ids[keep]],  # one thing is in one state at a time
            self.manifest.thresholds.iou if self._suppress else 1.0,
        )
        keep = keep[kept]
        class_ids = found.class_ids[keep]
        return sv.Detections(
            xyxy=letterbox.to_source(found.boxes[keep]),
            confidence=found.scores[keep],
            class_id=class_ids,
            data={"class_name": self._names[class_ids]},
        )


def named(
    found: Mapping[str, NDArray[Any]], names: Sequence[str], shapes: Sequence[Shape]
) -> Outputs:
    """The outputs of one picture that a family reads, in its order, without the batch axis.

    Raises:
        ModelError: The network has no output of such a name.
    """
    missing = [name for name in names if name not in found]
    if missing:
        raise ModelError(
            f"output.tensors: expected names among {', '.join(found)}, got {', '.join(missing)}; "
            "correct the manifest"
        )
    outputs = (found[name] for name in names)
    return tuple(
        output[0] if output.ndim > len(shape) else output
        for output, shape in zip(outputs, shapes, strict=True)
    )


class _Own(threading.local):
    """What one calling thread has."""

    def __init__(self) -> None:
        self.inputs: dict[int, NDArray[np.float32]] = {}


def _pixels(image: NDArray[np.uint8] | Pixels) -> Pixels:
    return ImagePixels(image) if isinstance(image, np.ndarray) else image
