# pyright: basic
"""A model's first run: a few pictures, one thread, results looked at and measured.

Call this inside the sandbox only. What it cannot tell: whether the model finds anything, and
whether it behaves the same on other pictures; a model can be made to know this trial.
"""

import resource
import time
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from algorithms.admission import parity
from algorithms.admission.layout import agree, output_shapes, prepared
from algorithms.admission.report import BatchCost, TrialReport
from algorithms.admission.wording import shown, shown_shape
from algorithms.decoders import DECODERS
from algorithms.errors import AdmissionError
from algorithms.manifest import AlgorithmManifest

BATCHES = (1, 4, 8)

BUDGET_S = 12.0
"""CPU time for measuring; a batch that would take more is not measured."""


def check(
    model: bytes, manifest: AlgorithmManifest, reference: bytes = b""
) -> tuple[list[str], TrialReport | None]:
    """Load the model, run it on a blank picture and on noise, and measure it.

    Args:
        model: The `.onnx` file.
        manifest: What it is said to be.
        reference: What its source network gave, see `parity`; empty: not known.

    Returns:
        Why it is refused, empty if all runs gave what the manifest promises; then the report.

    Raises:
        MemoryError: The limits of the process did not suffice.
    """
    started = time.process_time()
    try:
        session = _load(model)
    except Exception as error:  # ONNX Runtime raises no common base class
        return [f"the model: expected a file that ONNX Runtime loads, got {_told(error)}"], None
    load_ms = 1000 * (time.process_time() - started)
    network = _Network(session, manifest)
    blank, noise = _pictures(manifest)
    wanted = [blank, noise] + ([np.concatenate([blank, noise])] if network.free_batch else [])
    for batch in wanted:
        try:
            outputs = network.run(batch)
        except Exception as error:
            return [
                f"a run on {len(batch)} picture(s): expected an output, got {_told(error)}"
            ], None
        if reasons := list(_wrong_with(outputs, len(batch), manifest)):
            return reasons, None
    compared = None
    if reference:
        try:
            told = parity.read(reference, manifest, network.input, network.names)
            compared = parity.compare(told, network.run, manifest)
        except AdmissionError as error:
            return error.reasons, None
        if not compared.agrees:
            return [parity.disagreement(compared)], None
    measured = _measured(network, model, blank, noise, load_ms)
    return [], measured.model_copy(update={"parity": compared})


class _Network:
    """The session and which of its outputs are read."""

    def __init__(self, session: ort.InferenceSession, manifest: AlgorithmManifest) -> None:
        self.session = session
        self.manifest = manifest
        self.input = session.get_inputs()[0].name
        names = [output.name for output in session.get_outputs()]
        self.names = list(manifest.output.tensors or names[:1])
        by_name = bool(manifest.output.tensors)  # read one picture at a time, in any case
        self.free_batch = not by_name and not isinstance(session.get_inputs()[0].shape[0], int)

    def run(self, batch: NDArray[np.float32]) -> list[Any]:
        return list(self.session.run(self.names, {self.input: batch}))

    def boxes(self, picture: NDArray[np.float32]) -> int:
        """How many candidates the decoder finds at the operating point."""
        family = DECODERS[self.manifest.output.family]
        outputs = zip(self.run(picture), family.shapes(self.manifest), strict=True)
        one = tuple(o[0] if o.ndim > len(shape) else o for o, shape in outputs)
        confidence = self.manifest.thresholds.confidence
        return len(family.candidates(one, self.manifest, confidence).scores)


def _load(model: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # By its content it would otherwise accept its own format, past every rule of `graph`.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _pictures(manifest: AlgorithmManifest) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A blank picture and noise, each a batch of one in the model's own layout."""
    spec = manifest.input
    size = (1, spec.height, spec.width, 3)
    blank = np.full(size, spec.pad_value, np.float32)
    noise = np.random.default_rng(0).random(size, np.float32) * 255
    return prepared(blank, manifest), prepared(noise, manifest)


def _wrong_with(outputs: list[Any], pictures: int, manifest: AlgorithmManifest) -> Iterator[str]:
    family = DECODERS[manifest.output.family]
    promised = [(pictures, *shape[1:]) for shape in output_shapes(manifest)]
    for position, (output, shape) in enumerate(zip(outputs, promised, strict=True)):
        wrong = _wrong_tensor(output, shape, manifest, whole=position in family.integers)
        if wrong:
            yield f"a run on {pictures} picture(s): {wrong}"
            return
    for picture in range(pictures):
        one = tuple(
            output[picture] if output.ndim == len(shape) else output
            for output, shape in zip(outputs, promised, strict=True)
        )
        if reasons := list(family.faults(one, manifest)):
            yield from reasons
            return


def _wrong_tensor(
    output: object, promised: tuple[Any, ...], manifest: AlgorithmManifest, *, whole: bool
) -> str | None:
    dtypes = (np.float32, np.int64, np.int32) if whole else (np.float32,)
    if not isinstance(output, np.ndarray) or output.dtype not in dtypes:
        came = output.dtype if isinstance(output, np.ndarray) else type(output).__name__
        return f"expected a float32 tensor, got {came}"
    by_name = bool(manifest.output.tensors)
    fits = agree(output.shape, promised) or (by_name and agree(output.shape, promised[1:]))
    if not fits or not (output.size or by_name):
        return (
            f"expected {shown_shape(promised)} as family {manifest.output.family} with "
            f"{len(manifest.classes)} classes makes it, got {shown_shape(output.shape)}; "
            "correct the manifest or the export"
        )
    if not np.isfinite(output).all():
        bad = int(output.size - np.isfinite(output).sum())
        return (
            f"expected finite numbers, got {bad} of {output.size} NaN or infinite; "
            "check the weights and input.scale"
        )
    return None


def _measured(
    network: _Network,
    model: bytes,
    blank: NDArray[np.float32],
    noise: NDArray[np.float32],
    load_ms: float,
) -> TrialReport:
    first, second = network.run(noise), network.run(noise)
    same = all(a.shape == b.shape and (a == b).all() for a, b in zip(first, second, strict=True))
    proto = onnx.ModelProto.FromString(model)
    return TrialReport(
        opset=max(o.version for o in proto.opset_import if o.domain in ("", "ai.onnx")),
        operators=len(proto.graph.node),
        parameters=sum(int(np.prod(t.dims)) for t in proto.graph.initializer),
        load_ms=round(load_ms, 1),
        batches=tuple(_costs(network, noise)),
        dynamic_batch=network.free_batch,
        deterministic=bool(same),
        boxes_on_blank=network.boxes(blank),
        boxes_on_noise=network.boxes(noise),
        on_nan=_on_nan(network, np.full_like(noise, np.nan)),
        runtime=f"onnxruntime {ort.__version__} cpu f32, 1 thread",
    )


def _costs(network: _Network, picture: NDArray[np.float32]) -> Iterator[BatchCost]:
    left_s, ms = BUDGET_S, 0.0
    for pictures in BATCHES if network.free_batch else BATCHES[:1]:
        batch = np.repeat(picture, pictures, axis=0)
        took: list[float] = []
        # The first run of a size allocates, so it does not count.
        expected_s = 2 * pictures * ms / 1000
        try:
            while expected_s < left_s and len(took) < 8:
                started = time.process_time()  # one thread: its CPU, however busy the machine
                network.run(batch)
                took.append(time.process_time() - started)
                left_s -= took[-1]
                expected_s = took[-1]
        except Exception:  # too large for the limits: said by the missing figure
            took = []
        counted = took[1:] or took
        median = 1000 * float(np.median(counted)) if counted else None
        ms = median / pictures if median is not None else ms
        yield BatchCost(
            pictures=pictures,
            ms=None if median is None else round(median, 2),
            memory_mib=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        )


def _on_nan(network: _Network, picture: NDArray[np.float32]) -> Literal["finite", "nan", "error"]:
    try:
        outputs = network.run(picture)
    except Exception:  # ONNX Runtime raises no common base class
        return "error"
    return "finite" if all(np.isfinite(output).all() for output in outputs) else "nan"


def _told(error: Exception) -> str:
    """ONNX Runtime's own words, without its source paths.

    Raises:
        MemoryError: They say that memory ran out.
    """
    text = str(error)
    if isinstance(error, MemoryError) or "Failed to allocate" in text or "bad_alloc" in text:
        raise MemoryError(text) from error
    return f"'{shown(text.removeprefix('[ONNXRuntimeError] : '), 300)}'; export it again"
