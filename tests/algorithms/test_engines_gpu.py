"""The GPU path against a stand-in for onnxruntime-gpu: what is asked of it, in which order.

What a GPU makes of it is in `tests/gpu`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from algorithms.detector import Detector
from algorithms.engines import onnxruntime
from algorithms.engines.choose import load_engine
from algorithms.engines.onnxruntime import GpuOptions, OnnxRuntimeEngine, devices
from algorithms.errors import ModelError
from tests.models import manifest, sees_light

CPU, CUDA, TENSORRT = (
    "CPUExecutionProvider",
    "CUDAExecutionProvider",
    "TensorrtExecutionProvider",
)
REAL_SESSION = onnxruntime.ort.InferenceSession


class Card:
    """A graphics card whose work is done by ONNX Runtime's CPU provider."""

    def __init__(self) -> None:
        self.starts = {CUDA, TENSORRT}
        self.asked: list[list[Any]] = []
        self.calls: list[str] = []

    def session(
        self, model: str, options: Any, providers: Sequence[Any], enable_fallback: int
    ) -> "CardSession":
        assert enable_fallback == 0
        self.asked.append(list(providers))
        return CardSession(self, REAL_SESSION(model, options, providers=[CPU]))


class CardSession:
    def __init__(self, card: Card, real: Any) -> None:
        self._card = card
        self._real = real
        names = [p if isinstance(p, str) else p[0] for p in card.asked[-1]]
        self._providers = [n for n in names if n == CPU or n in card.starts]
        self.get_inputs = real.get_inputs
        self.get_outputs = real.get_outputs
        self.run = real.run

    def get_providers(self) -> list[str]:
        return self._providers

    def io_binding(self) -> "CardBinding":
        return CardBinding(self._card)

    def run_with_iobinding(self, binding: "CardBinding") -> None:
        self._card.calls.append("run")
        (name, value), *_ = binding.inputs.items()
        binding.outputs = self._real.run(binding.wanted, {name: value.memory})


class CardBinding:
    def __init__(self, card: Card) -> None:
        self._card = card
        self.inputs: dict[str, CardValue] = {}
        self.wanted: list[str] = []
        self.outputs: list[NDArray[np.float32]] = []

    def bind_ortvalue_input(self, name: str, value: "CardValue") -> None:
        self._card.calls.append("bind input")
        self.inputs[name] = value

    def bind_output(self, name: str, device: str, number: int) -> None:
        self._card.calls.append(f"bind output {device}:{number}")
        self.wanted.append(name)

    def synchronize_inputs(self) -> None:
        self._card.calls.append("synchronise")

    def copy_outputs_to_cpu(self) -> list[NDArray[np.float32]]:
        self._card.calls.append("copy out")
        return self.outputs


class CardValue:
    def __init__(self, card: Card, shape: tuple[int, ...]) -> None:
        self._card = card
        self.memory = np.zeros(shape, np.float32)

    def update_inplace(self, data: NDArray[np.float32]) -> None:
        assert data.flags["C_CONTIGUOUS"]
        self._card.calls.append("copy in")
        self.memory[:] = data


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    card = Card()

    class Values:
        @staticmethod
        def ortvalue_from_shape_and_type(
            shape: tuple[int, ...], kind: type, device: str, number: int
        ) -> CardValue:
            assert (kind, device, number) == (np.float32, "cuda", 0)
            card.calls.append("allocate")
            return CardValue(card, shape)

    monkeypatch.setattr(onnxruntime.ort, "get_available_providers", lambda: [TENSORRT, CUDA, CPU])
    monkeypatch.setattr(onnxruntime.ort, "InferenceSession", card.session)
    monkeypatch.setattr(onnxruntime.ort, "OrtValue", Values)
    return card


def test_tensorrt_is_there_only_with_a_folder_for_its_plans(card: Card, tmp_path: Path) -> None:
    assert devices() == ("cuda", "cpu")
    assert devices(GpuOptions(plan_folder=tmp_path)) == ("tensorrt", "cuda", "cpu")


def test_cuda_gets_its_limits_and_the_cpu_comes_last(card: Card, tmp_path: Path) -> None:
    engine = OnnxRuntimeEngine(
        sees_light(tmp_path / "m.onnx"), device="cuda", gpu=GpuOptions(memory_mib=512)
    )

    (name, options), last = card.asked[0]
    assert (name, last) == (CUDA, CPU)
    assert options["gpu_mem_limit"] == str(512 * 2**20)
    assert options["arena_extend_strategy"] == "kSameAsRequested"
    assert options["cudnn_conv_algo_search"] == "HEURISTIC"
    assert engine.description.endswith("cuda tf32")


def test_tensorrt_keeps_its_plans_and_takes_halves_only_if_asked(
    card: Card, tmp_path: Path
) -> None:
    model, plans = sees_light(tmp_path / "m.onnx"), tmp_path / "plans"
    options = GpuOptions(plan_folder=plans)

    exact = OnnxRuntimeEngine(model, device="tensorrt", gpu=options)
    half = OnnxRuntimeEngine(model, device="tensorrt", gpu=GpuOptions(plan_folder=plans, fp16=True))

    assert [p if isinstance(p, str) else p[0] for p in card.asked[0]] == [TENSORRT, CUDA, CPU]
    given = card.asked[0][0][1]
    assert given["trt_engine_cache_path"] == given["trt_timing_cache_path"] == str(plans)
    assert given["trt_profile_max_shapes"] == "images:16x3x64x64"
    assert plans.is_dir()
    assert [asked[0][1]["trt_fp16_enable"] for asked in card.asked] == ["0", "1"]
    assert [e.description.split()[-1] for e in (exact, half)] == ["tf32", "f16"]


def test_a_device_that_does_not_start_is_an_error_that_says_so(card: Card, tmp_path: Path) -> None:
    card.starts = {CUDA}

    with pytest.raises(ModelError, match=r"on tensorrt, got only CUDAEx.*check the driver"):
        OnnxRuntimeEngine(
            sees_light(tmp_path / "m.onnx"),
            device="tensorrt",
            gpu=GpuOptions(plan_folder=tmp_path),
        )


def test_buffers_are_bound_once_for_each_shape(card: Card, tmp_path: Path) -> None:
    engine = OnnxRuntimeEngine(sees_light(tmp_path / "m.onnx"), device="cuda")
    one, two = np.full((1, 3, 64, 64), 0.5, np.float32), np.full((2, 3, 64, 64), 0.7, np.float32)
    bind = ["allocate", "bind input", "bind output cuda:0"]
    work = ["copy in", "synchronise", "run", "copy out"]

    outputs = [engine.run(batch)[:, 4, 0].tolist() for batch in (one, one, two, one)]

    assert card.calls == [*bind, *work, *work, *bind, *work, *work]
    for got, expected in zip(outputs, ([0.5], [0.5], [0.7, 0.7], [0.5]), strict=True):
        assert got == pytest.approx(expected, rel=1e-4)


def test_the_choice_goes_on_without_a_device_and_says_why(card: Card, tmp_path: Path) -> None:
    card.starts = {CUDA}

    engine, report = load_engine(
        sees_light(tmp_path / "m.onnx"),
        "onnxruntime",
        gpu=GpuOptions(plan_folder=tmp_path),
        measure_s=0,
    )

    refused = {c.engine: c.refused for c in report.candidates if c.refused}
    assert list(refused) == ["onnxruntime tensorrt"]
    assert "check the driver" in refused["onnxruntime tensorrt"]
    assert engine.device in ("cuda", "cpu")


def test_without_measuring_a_gpu_is_used_if_it_starts(
    card: Card, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    model = sees_light(tmp_path / "m.onnx")

    started = Detector.load(manifest("light"), model).engine.device
    card.starts = set()
    fallen_back = Detector.load(manifest("light"), model).engine.device

    assert (started, fallen_back) == ("cuda", "cpu")
    assert "check the driver" in caplog.text
