"""Models with random damage. The long run: `python -m benchmarks.admission`."""

import os
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import onnx
import pytest

from algorithms.admission import graph
from algorithms.manifest import AlgorithmManifest
from tests import models
from tests.algorithms.admission.mutants import ends, mutants

CASES = int(os.environ.get("LONGAN_TEST_MUTANTS", "300"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_damaged_models_end_in_an_answer_or_are_contained(
    make_network: Callable[..., onnx.ModelProto], manifest: AlgorithmManifest
) -> None:
    model = make_network().SerializeToString()

    all_ends = list(ends(mutants(model, CASES), manifest))

    assert not [end.why for end in all_ends if end.why]
    found = Counter(end.how for end in all_ends)
    assert found.total() == CASES
    assert found["refused"] > CASES / 2
    assert not found["stuck"]


@pytest.mark.parametrize("case", [4428, 4490, 9067])
def test_damage_that_once_was_a_crash_is_refused_with_its_reason(tmp_path: Path, case: int) -> None:
    """Of `python -m benchmarks.admission`: the name of the batch axis was no text any more."""
    whole = models.always_sees(tmp_path / "m.onnx", [(32, 32, 8, 8)] * 20, [[0.5, 0.1]] * 20)
    (damaged,) = islice(mutants(whole.read_bytes(), case + 1), case, None)

    (reason,) = graph.check(damaged, models.manifest("person", "car"))

    assert reason.startswith("names: expected text in UTF-8")
