"""Models with random damage. The long run: `python -m benchmarks.admission`."""

import os
from collections.abc import Callable

import onnx
import pytest

from algorithms.manifest import AlgorithmManifest
from tests.algorithms.admission.mutants import ends, mutants

CASES = int(os.environ.get("LONGAN_TEST_MUTANTS", "300"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_damaged_models_end_in_an_answer_or_are_contained(
    make_network: Callable[..., onnx.ModelProto], manifest: AlgorithmManifest
) -> None:
    model = make_network().SerializeToString()

    found, _ = ends(mutants(model, CASES), manifest)

    assert found.total() == CASES
    assert found["refused"] > CASES / 2
    assert not found["stuck"]
