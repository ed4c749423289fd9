# pyright: basic
"""OpenVINO on the CPU. An optional extra: `pip install longan[openvino]`."""

import importlib.metadata
import importlib.util
import threading
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from algorithms.engines import Device, run_any_batch
from algorithms.errors import ModelError

Precision = Literal["f32", "bf16"]


def installed() -> bool:
    return importlib.util.find_spec("openvino") is not None


def precisions() -> tuple[Precision, ...]:
    """What this CPU computes in.

    Raises:
        ModelError: OpenVINO is not installed.
    """
    capabilities = core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return ("f32", "bf16") if "BF16" in capabilities else ("f32",)


@cache
def core() -> Any:
    """OpenVINO, imported when first needed.

    Raises:
        ModelError: It is not installed.
    """
    try:
        import openvino
    except ImportError as error:
        raise ModelError(
            "OpenVINO was asked for and is not installed; run `pip install longan[openvino]`"
        ) from error
    return openvino.Core()


class OpenVinoEngine:
    """One compiled model with a stream of one thread for each caller.

    Args:
        model: The `.onnx` file.
        lanes: How many threads call at once; more wait their turn.
        precision: Asked for; `description` says what the CPU made of it.

    Raises:
        ModelError: OpenVINO is not installed, or it cannot load the file.
    """

    device: Device = "cpu"

    def __init__(self, model: Path, *, lanes: int = 1, precision: Precision = "f32") -> None:
        runtime = core()
        options = {
            "INFERENCE_PRECISION_HINT": precision,
            "NUM_STREAMS": lanes,
            "INFERENCE_NUM_THREADS": lanes,
            # Every model has its own streams: pinned, two models would share the first cores.
            "ENABLE_CPU_PINNING": False,
        }
        try:
            network = runtime.read_model(model)
            shape = network.input(0).partial_shape
            if shape[0].is_dynamic:
                shape[0] = 1  # a fixed shape runs faster, and a larger batch gains nothing
                network.reshape({network.input(0): shape})
            self._compiled = runtime.compile_model(network, "CPU", options)
            effective = self._compiled.get_property("INFERENCE_PRECISION_HINT")
        except Exception as error:  # OpenVINO raises no common base class
            raise ModelError(f"{model.name}: OpenVINO cannot load it: {error}") from error
        version = importlib.metadata.version("openvino")
        self.description = f"openvino {version} cpu {effective.to_string()}"
        self.input_shape: tuple[int | None, ...] = tuple(
            None if side.is_dynamic else side.get_length() for side in shape
        )
        self._own = threading.local()

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return run_any_batch(self._forward, batch, self.input_shape[0])

    def run_all(self, picture: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        request = self._inferred(picture)
        return {
            output.get_any_name(): np.array(request.get_output_tensor(i).data)
            for i, output in enumerate(self._compiled.outputs)
        }

    def _forward(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.array(self._inferred(batch).get_output_tensor(0).data)  # its memory is used again

    def _inferred(self, batch: NDArray[np.float32]) -> Any:
        """The calling thread's request, with the results in it."""
        try:
            if not hasattr(self._own, "request"):
                self._own.request = self._compiled.create_infer_request()
            self._own.request.infer({0: batch}, share_inputs=True)
        except Exception as error:  # OpenVINO raises no common base class
            raise ModelError(f"OpenVINO failed on a batch of {len(batch)}: {error}") from error
        return self._own.request
