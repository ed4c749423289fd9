# pyright: basic
"""ONNX Runtime: CPU, or CUDA and TensorRT where the GPU build is installed."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from algorithms.engines import Device, run_any_batch
from algorithms.errors import ModelError

log = logging.getLogger(__name__)

PROVIDERS: dict[Device, str] = {
    "tensorrt": "TensorrtExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
LARGEST_BATCH = 16
"""TensorRT builds its plan for batches of 1 to this; a larger one makes it build anew."""


@dataclass(frozen=True, slots=True)
class GpuOptions:
    """What an engine may take of a GPU.

    Args:
        memory_mib: Ceiling of ONNX Runtime's arena, and of TensorRT's workspace while it builds.
            CUDA and cuDNN themselves take some hundred MiB more.
        plan_folder: Where TensorRT keeps what it built, which takes minutes; without one
            TensorRT is not used.
        fp16: Let TensorRT compute in half precision.
    """

    memory_mib: int = 4096
    plan_folder: Path | None = None
    fp16: bool = False


NO_GPU_OPTIONS = GpuOptions()


def devices(gpu: GpuOptions = NO_GPU_OPTIONS) -> tuple[Device, ...]:
    """What this build of ONNX Runtime was made for, fastest first; it may still not start."""
    there = ort.get_available_providers()
    return tuple(
        device
        for device, provider in PROVIDERS.items()
        if provider in there and (device != "tensorrt" or gpu.plan_folder is not None)
    )


class OnnxRuntimeEngine:
    """One session, shared by all who call.

    Args:
        model: The `.onnx` file.
        device: Where to run it; never anywhere else.
        threads: CPU threads of one call.
        gpu: Limits, where the device is a GPU.

    Raises:
        ModelError: The file cannot be loaded, or the device does not start.
    """

    def __init__(
        self,
        model: Path,
        *,
        device: Device = "cpu",
        threads: int = 1,
        gpu: GpuOptions = NO_GPU_OPTIONS,
    ) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Waiting threads must not spin: 40 % less CPU at the same latency (STACK.md).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(
                str(model),
                options,
                providers=_providers(model, device, gpu),
                enable_fallback=0,  # it would print, and go on elsewhere
            )
        except Exception as error:  # ONNX Runtime raises no common base class
            raise ModelError(f"{model.name}: ONNX Runtime cannot load it: {error}") from error
        started = self._session.get_providers()
        if PROVIDERS[device] not in started:  # ONNX Runtime itself only warns
            raise ModelError(
                f"{model.name}: expected ONNX Runtime to run it on {device}, got only "
                f"{', '.join(started)}; check the driver, CUDA, cuDNN and TensorRT against the "
                f"versions that onnxruntime-gpu {ort.__version__} wants"
            )
        self.device: Device = device
        self._precision = _precision(device, gpu)
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name
        self._own = _Own()

    @property
    def description(self) -> str:
        return f"onnxruntime {ort.__version__} {self.device} {self._precision}"

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        shape = self._session.get_inputs()[0].shape
        return tuple(size if isinstance(size, int) else None for size in shape)

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return run_any_batch(self._forward, batch, self.input_shape[0])

    def run_all(self, picture: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        try:
            outputs = self._session.run(None, {self._input: picture})
        except Exception as error:  # ONNX Runtime raises no common base class
            raise ModelError(f"ONNX Runtime failed on a picture: {error}") from error
        names = [output.name for output in self._session.get_outputs()]
        return dict(zip(names, map(np.asarray, outputs), strict=True))

    def _forward(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        try:
            if self.device == "cpu":
                return np.asarray(self._session.run([self._output], {self._input: batch})[0])
            return self._buffers(batch.shape).run(batch)
        except Exception as error:  # ONNX Runtime raises no common base class
            raise ModelError(f"ONNX Runtime failed on a batch of {len(batch)}: {error}") from error

    def _buffers(self, shape: tuple[int, ...]) -> "_GpuBuffers":
        """The calling thread's buffers for this shape: two callers never share one."""
        mine = self._own.buffers
        if shape not in mine:
            mine[shape] = _GpuBuffers(self._session, self._input, self._output, shape)
        return mine[shape]


def first_that_starts(model: Path, *, threads: int = 1) -> OnnxRuntimeEngine:
    """The model on the GPU where there is one, otherwise on the CPU.

    Raises:
        ModelError: The file cannot be loaded.
    """
    if "cuda" in devices():
        try:
            return OnnxRuntimeEngine(model, device="cuda")
        except ModelError as error:
            log.warning("%s", error)
    return OnnxRuntimeEngine(model, threads=threads)


class _GpuBuffers:
    """Input and output on the GPU, bound once and used again for every batch of one shape."""

    def __init__(
        self, session: ort.InferenceSession, input_: str, output: str, shape: tuple[int, ...]
    ) -> None:
        self._session = session
        self._input = ort.OrtValue.ortvalue_from_shape_and_type(shape, np.float32, "cuda", 0)
        self._binding = session.io_binding()
        self._binding.bind_ortvalue_input(input_, self._input)
        self._binding.bind_output(output, "cuda", 0)  # allocated by the first run, then kept

    def run(self, batch: NDArray[np.float32]) -> NDArray[np.float32]:
        self._input.update_inplace(np.ascontiguousarray(batch))
        self._binding.synchronize_inputs()
        self._session.run_with_iobinding(self._binding)
        return np.asarray(self._binding.copy_outputs_to_cpu()[0])


class _Own(threading.local):
    """What one calling thread has."""

    def __init__(self) -> None:
        self.buffers: dict[tuple[int, ...], _GpuBuffers] = {}


def _precision(device: Device, gpu: GpuOptions) -> str:
    if device == "cpu":
        return "f32"
    # Convolutions may use TF32 where the GPU has it (Ampere and later).
    return "f16" if device == "tensorrt" and gpu.fp16 else "tf32"


def _providers(model: Path, device: Device, gpu: GpuOptions) -> list[Any]:
    """The device first, then what takes the operators it does not have."""
    if device == "cpu":
        return [PROVIDERS["cpu"]]
    cuda = {
        "device_id": "0",
        "gpu_mem_limit": str(gpu.memory_mib * 2**20),
        # The default doubles the arena at every extension and never gives it back.
        "arena_extend_strategy": "kSameAsRequested",
        # The default tries every algorithm anew for every batch size.
        "cudnn_conv_algo_search": "HEURISTIC",
        "do_copy_in_default_stream": "1",
        "use_tf32": "1",
    }
    chosen = [(PROVIDERS["cuda"], cuda), PROVIDERS["cpu"]]
    if device == "tensorrt":
        chosen.insert(0, (PROVIDERS["tensorrt"], _tensorrt(model, gpu)))
    return chosen


def _tensorrt(model: Path, gpu: GpuOptions) -> dict[str, str]:
    if gpu.plan_folder is None:
        raise ModelError(
            f"{model.name}: TensorRT needs a folder for its plans; set GpuOptions.plan_folder"
        )
    gpu.plan_folder.mkdir(parents=True, exist_ok=True)
    options = {
        "device_id": "0",
        "trt_max_workspace_size": str(gpu.memory_mib * 2**20),
        "trt_fp16_enable": str(int(gpu.fp16)),
        "trt_engine_cache_enable": "1",
        "trt_engine_cache_path": str(gpu.plan_folder),
        "trt_timing_cache_enable": "1",
        "trt_timing_cache_path": str(gpu.plan_folder),
    }
    name, size, free = _graph_input(model)
    if free:
        for which, batch in (("min", 1), ("opt", 1), ("max", LARGEST_BATCH)):
            options[f"trt_profile_{which}_shapes"] = f"{name}:{batch}x{size}"
    return options


def _graph_input(model: Path) -> tuple[str, str, bool]:
    """Name of the first input, its size as `3x416x544`, and whether its batch is free."""
    given = onnx.load(model, load_external_data=False).graph.input[0]
    batch, *rest = given.type.tensor_type.shape.dim
    size = "x".join(str(side.dim_value) for side in rest)
    return given.name, size, not batch.HasField("dim_value")
