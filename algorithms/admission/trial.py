# pyright: basic
"""A model's first run: two pictures, one thread, results looked at.

Call this inside the sandbox only. What it cannot tell: whether the model finds anything, and
whether it behaves the same on other pictures; a model can be made to know this trial.
"""

from collections.abc import Iterator

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from algorithms.admission.layout import agree, output_shape
from algorithms.admission.wording import shown, shown_shape
from algorithms.manifest import AlgorithmManifest

SCORE_SLACK = 1e-3
"""How far outside 0–1 rounding may push a score."""


def check(model: bytes, manifest: AlgorithmManifest) -> list[str]:
    """Load the model and run it on a blank picture and on noise.

    Returns:
        Why it is refused; empty if both runs gave what the manifest promises.

    Raises:
        MemoryError: The limits of the process did not suffice.
    """
    try:
        session = _load(model)
    except Exception as error:  # ONNX Runtime raises no common base class
        return [f"the model: expected a file that ONNX Runtime loads, got {_told(error)}"]
    name = session.get_inputs()[0].name
    for batch in _batches(manifest, free=not isinstance(session.get_inputs()[0].shape[0], int)):
        try:
            output = session.run(None, {name: batch})[0]
        except Exception as error:
            return [f"a run on {len(batch)} picture(s): expected an output, got {_told(error)}"]
        reasons = list(_wrong_with(output, len(batch), manifest))
        if reasons:
            return reasons
    return []


def _load(model: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # By its content it would otherwise accept its own format, past every rule of `graph`.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _batches(manifest: AlgorithmManifest, *, free: bool) -> Iterator[NDArray[np.float32]]:
    """The pictures, one at a time, and both at once where the batch is free."""
    spec = manifest.input
    size = (1, 3, spec.height, spec.width)
    blank = np.full(size, spec.pad_value * spec.scale, np.float32)
    noise = np.random.default_rng(0).random(size, np.float32) * np.float32(255 * spec.scale)
    yield blank
    yield noise
    if free:
        yield np.concatenate([blank, noise])


def _wrong_with(output: object, pictures: int, manifest: AlgorithmManifest) -> Iterator[str]:
    promised = (pictures, *output_shape(manifest)[1:])
    if not isinstance(output, np.ndarray) or output.dtype != np.float32:
        came = output.dtype if isinstance(output, np.ndarray) else type(output).__name__
        yield f"a run on {pictures} picture(s): expected a float32 tensor, got {came}"
        return
    if not agree(output.shape, promised) or not output.size:
        yield (
            f"a run on {pictures} picture(s): expected {shown_shape(promised)} as family "
            f"{manifest.output.family} with {len(manifest.classes)} classes makes it, got "
            f"{shown_shape(output.shape)}; correct the manifest or the export"
        )
        return
    if not np.isfinite(output).all():
        bad = int(output.size - np.isfinite(output).sum())
        yield (
            f"a run on {pictures} picture(s): expected finite numbers, got {bad} of {output.size} "
            "NaN or infinite; check the weights and input.scale"
        )
        return
    yield from _wrong_values(output, manifest)


def _wrong_values(output: NDArray[np.float32], manifest: AlgorithmManifest) -> Iterator[str]:
    yolox = manifest.output.family == "yolox"
    scores = output[:, :, 4:] if yolox else output[:, 4:]
    if scores.min() < -SCORE_SLACK or scores.max() > 1 + SCORE_SLACK:
        yield (
            f"scores: expected 0 to 1, got {scores.min():.3g} to {scores.max():.3g}; "
            "export with the sigmoid in the graph, and check output.family"
        )
    if yolox and output[:, :, 0].max() > manifest.input.width / 2:
        yield (
            "boxes: expected offsets from the grid's cells as family yolox has them, got "
            f"coordinates up to {output[:, :, 0].max():.0f} px; export with "
            "decode_in_inference=False"
        )


def _told(error: Exception) -> str:
    """ONNX Runtime's own words, without its source paths.

    Raises:
        MemoryError: They say that memory ran out.
    """
    text = str(error)
    if isinstance(error, MemoryError) or "Failed to allocate" in text or "bad_alloc" in text:
        raise MemoryError(text) from error
    return f"'{shown(text.removeprefix('[ONNXRuntimeError] : '), 300)}'; export it again"
