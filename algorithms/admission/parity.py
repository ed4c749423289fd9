"""A model's numbers beside those of the network it was exported from.

The team's own framework never runs here: the team writes what went into its network and what came
out into an `.npz` (docs/submitting.md). Call this inside the sandbox only: the file is a
stranger's as well.
"""

import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from algorithms.admission.layout import agree, input_shape, output_shapes, prepared
from algorithms.admission.report import Parity
from algorithms.admission.wording import shown, shown_shape
from algorithms.decoders import DECODERS
from algorithms.decoders.candidates import Candidates
from algorithms.decoders.family import Outputs
from algorithms.errors import AdmissionError
from algorithms.manifest import AlgorithmManifest

VALUE = 0.01
"""How far each number may be from the source's: so much, and so much of it besides."""

BOX_PX, SCORE = 1.0, 0.01
"""Two boxes of one class are the same: no side further apart, in pixels of the input, nor the
score."""

MOST_PICTURES = 8
MOST_BOXES = 300
UNPACKED_MIB = 128

PICTURES = "pictures"
"""Array with plain pictures in place of the network's input."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What the source network made of some inputs.

    Args:
        inputs: `(N, …)` float32 in the model's own layout.
        outputs: One for each output that the family reads; `(N, …)`, or without that axis where a
            single picture was asked about.
        from_pictures: The inputs were made here, as the manifest says.
    """

    inputs: NDArray[np.float32]
    outputs: Outputs
    from_pictures: bool


def read(
    content: bytes, manifest: AlgorithmManifest, input_name: str, output_names: Sequence[str]
) -> Reference:
    """Read a reference file.

    Args:
        content: An `.npz` without pickles.
        manifest: Of the model.
        input_name: As the graph has it.
        output_names: Those that the family reads, in its order.

    Raises:
        AdmissionError: It is no such file, or has not the arrays that the model takes and gives.
    """
    arrays = _unpacked(content, [PICTURES, input_name, *output_names])
    from_pictures = PICTURES in arrays
    first = PICTURES if from_pictures else input_name
    if missing := [name for name in (first, *output_names) if name not in arrays]:
        raise _unusable(
            f"arrays named as the graph's input and outputs ({', '.join(output_names)}, and "
            f"{input_name} or {PICTURES})",
            f"none named {', '.join(missing)}",
        )
    given = arrays[first]
    spec = manifest.input
    size = (
        (None, spec.height, spec.width, 3) if from_pictures else (None, *input_shape(manifest)[1:])
    )
    kind = np.uint8 if from_pictures else np.float32
    if given.dtype != kind or not agree(given.shape, size) or not 1 <= len(given) <= MOST_PICTURES:
        raise _unusable(
            f"'{first}' as {np.dtype(kind)} {shown_shape(('1 to 8', *size[1:]))}", _told(given)
        )
    for name, shape in zip(output_names, output_shapes(manifest), strict=True):
        there, several = arrays[name], (len(given), *shape[1:])
        alone = len(given) == 1 and agree(there.shape, shape[1:])
        if there.dtype.kind not in "fi" or not (agree(there.shape, several) or alone):
            raise _unusable(f"'{name}' as numbers {shown_shape(several)}", _told(there))
        if not np.isfinite(there).all():
            raise _unusable(f"finite numbers in '{name}'", "some that are not")
    inputs = prepared(given, manifest) if from_pictures else given
    return Reference(inputs, tuple(arrays[name] for name in output_names), from_pictures)


def compare(
    reference: Reference,
    run: Callable[[NDArray[np.float32]], Sequence[NDArray[Any]]],
    manifest: AlgorithmManifest,
) -> Parity:
    """Ask the model what the source network was asked.

    Args:
        reference: What that one said.
        run: The model on a batch of one.
        manifest: Of the model.
    """
    largest, total, numbers, within = 0.0, 0.0, 0, True
    boxes, matched = 0, 0
    for position in range(len(reference.inputs)):
        mine = _of_one(run(reference.inputs[position : position + 1]), 0, manifest)
        theirs = _of_one(reference.outputs, position, manifest)
        for a, b in zip(mine, theirs, strict=True):
            if a.shape != b.shape:  # as many rows as there are finds
                within = False
                continue
            away = np.abs(a.astype(np.float64) - b)
            largest, total = max(largest, float(away.max(initial=0))), total + float(away.sum())
            numbers += away.size
            within &= bool((away <= VALUE + VALUE * np.abs(b)).all())
        found, same = _boxes(mine, theirs, manifest)
        boxes, matched = boxes + found, matched + same
    return Parity(
        pictures=len(reference.inputs),
        from_pictures=reference.from_pictures,
        largest_difference=largest if numbers else None,
        mean_difference=total / numbers if numbers else None,
        boxes=boxes,
        matched=matched,
        agrees=within or 0 < matched == boxes,
    )


def disagreement(parity: Parity) -> str:
    """Why a model that does not agree with its source is refused."""
    apart = "outputs of other shapes"
    if parity.largest_difference is not None:
        apart = (
            f"numbers up to {parity.largest_difference:.3g} apart "
            f"({parity.mean_difference:.3g} on average)"
        )
    correct = "correct input.colour, scale, mean and std of the manifest, or "
    return (
        f"the reference: expected what the source network gave, each number to {VALUE:g} + "
        f"{VALUE:.0%} or every box to {BOX_PX:g} pixel and {SCORE:g} in score, got {apart} and "
        f"{parity.matched} of {parity.boxes} boxes; {correct if parity.from_pictures else ''}"
        "export again, in evaluation mode and float32"
    )


def _unpacked(content: bytes, names: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The arrays of these names, as far as they are there."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > UNPACKED_MIB * 2**20:
                raise _unusable(f"at most {UNPACKED_MIB} MiB of arrays", f"{size / 2**20:.0f} MiB")
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in names if name in file.files}
    except AdmissionError:
        raise
    # What a damaged archive raises is spread over zipfile, zlib and numpy.
    except (
        *(ValueError, OSError, EOFError, LookupError, RuntimeError),
        *(zipfile.BadZipFile, zlib.error, SyntaxError, TypeError, OverflowError),
    ) as error:
        came = f"one that cannot be read ({type(error).__name__}: {shown(str(error), 100)})"
        raise _unusable("an .npz file as numpy.savez writes it", came) from error


def _of_one(outputs: Sequence[NDArray[Any]], position: int, manifest: AlgorithmManifest) -> Outputs:
    """The outputs for one picture, without the batch axis."""
    shapes = DECODERS[manifest.output.family].shapes(manifest)
    return tuple(
        output[position] if output.ndim > len(shape) else output
        for output, shape in zip(outputs, shapes, strict=True)
    )


def _boxes(mine: Outputs, theirs: Outputs, manifest: AlgorithmManifest) -> tuple[int, int]:
    """Boxes that either finds at the operating point, and how many of them the other has, too."""
    candidates = DECODERS[manifest.output.family].candidates
    sure = manifest.thresholds.confidence
    # What is just above the threshold here may be just below it there.
    found = [
        (candidates(o, manifest, sure), candidates(o, manifest, sure - SCORE))
        for o in (mine, theirs)
    ]
    counted = [min(len(all_of.scores), MOST_BOXES) for all_of, _ in found]
    matched = _with_partner(found[0][0], found[1][1]) + _with_partner(found[1][0], found[0][1])
    return sum(counted), matched


def _with_partner(some: Candidates, others: Candidates) -> int:
    """How many of the surest of some candidates there are among others."""
    best = np.argsort(-some.scores)[:MOST_BOXES]
    return sum(
        bool(
            (
                (others.class_ids == some.class_ids[i])
                & (np.abs(others.scores - some.scores[i]) <= SCORE)
                & (np.abs(others.boxes - some.boxes[i]).max(axis=1, initial=0) <= BOX_PX)
            ).any()
        )
        for i in best
    )


def _told(array: NDArray[Any]) -> str:
    return f"{array.dtype} {shown_shape(array.shape)}"


def _unusable(expected: str, came: str) -> AdmissionError:
    told = f"the reference: expected {shown(expected, 200)}, got {shown(came, 150)}"
    return AdmissionError([f"{told}; docs/submitting.md shows how to write one"])
