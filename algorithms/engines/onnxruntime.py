# pyright: basic
"""ONNX Runtime: CPU, or CUDA where the GPU build is installed."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from algorithms.errors import ModelError


class OnnxRuntimeEngine:
    """One session.

    Args:
        model: The `.onnx` file.
        threads: CPU threads of one call.

    Raises:
        ModelError: The file cannot be loaded.
    """

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Waiting threads must not spin: 40 % less CPU at the same latency (STACK.md).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        cuda = ("CUDAExecutionProvider", {"arena_extend_strategy": "kSameAsRequested"})
        wanted = [cuda] if cuda[0] in ort.get_available_providers() else []
        try:
            self._session = ort.InferenceSession(
                str(model), options, providers=[*wanted, "CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime raises no common base class
            raise ModelError(f"{model.name}: ONNX Runtime cannot load it: {error}") from error
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name
        first = self._session.get_inputs()[0].shape[0]
        self._fixed_batch = first if isinstance(first, int) else None

    @property
    def description(self) -> str:
        provider = self._session.get_providers()[0].removesuffix("ExecutionProvider")
        return f"onnxruntime {ort.__version__} {provider}"

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._fixed_batch is None or len(batch) == self._fixed_batch:
            return self._call(batch)
        if self._fixed_batch != 1:
            raise ModelError(
                f"the model takes batches of exactly {self._fixed_batch} pictures; "
                "export it with a dynamic batch or a batch of 1"
            )
        return np.concatenate([self._call(batch[i : i + 1]) for i in range(len(batch))])

    def _call(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            return np.asarray(self._session.run([self._output], {self._input: batch})[0])
        except Exception as error:  # ONNX Runtime raises no common base class
            raise ModelError(f"ONNX Runtime failed on a batch of {len(batch)}: {error}") from error
