"""A model beside reference outputs of its source network, through the sandbox."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray

from algorithms.admission import Parity, check
from algorithms.engines.onnxruntime import first_that_starts
from algorithms.manifest import AlgorithmManifest, InputSpec

MakeNetwork = Callable[..., onnx.ModelProto]
Save = Callable[[onnx.ModelProto], Path]
Arrays = dict[str, NDArray[Any]]

INPUT = np.random.default_rng(3).random((3, 3, 64, 64), np.float32)


@pytest.fixture
def model(make_network: MakeNetwork, save: Save) -> Path:
    return save(make_network(batch="N"))


def source(model: Path, images: NDArray[np.float32] = INPUT) -> NDArray[np.float32]:
    """What the network the model came from gives: here, the model's own numbers."""
    return first_that_starts(model).run(images)


def compared(model: Path, manifest: AlgorithmManifest, **arrays: NDArray[Any]) -> Parity | str:
    """What the check says of the model beside these arrays: figures, or why it is refused."""
    file = model.with_suffix(".npz")
    np.savez(file, allow_pickle=True, **arrays)
    verdict = check(model, manifest, file, unprotected=True)
    if verdict.reasons:
        assert len(verdict.reasons) == 1
        return verdict.reasons[0]
    assert verdict.report is not None
    assert verdict.report.parity is not None
    return verdict.report.parity


def test_without_a_reference_nothing_is_said_of_parity(
    model: Path, manifest: AlgorithmManifest
) -> None:
    report = check(model, manifest, unprotected=True).report

    assert report is not None
    assert report.parity is None


def test_a_model_that_gives_what_its_source_gave_is_admitted_with_figures(
    model: Path, manifest: AlgorithmManifest
) -> None:
    theirs = source(model) + np.float32(0.001)

    parity = compared(model, manifest, images=INPUT, output=theirs)

    assert isinstance(parity, Parity)
    assert parity.largest_difference == pytest.approx(0.001, rel=0.01)
    assert parity.mean_difference == pytest.approx(0.001, rel=0.01)
    assert (parity.pictures, parity.agrees, parity.from_pictures) == (3, True, False)
    assert parity.boxes > 0
    assert parity.matched == parity.boxes


def test_boxes_may_agree_where_numbers_stand_in_another_order(
    model: Path, manifest: AlgorithmManifest
) -> None:
    parity = compared(model, manifest, images=INPUT, output=source(model)[:, :, ::-1])

    assert isinstance(parity, Parity)
    assert parity.largest_difference is not None
    assert parity.largest_difference > 0.1
    assert parity.matched == parity.boxes


def test_a_model_that_gives_other_boxes_is_refused_with_both_sides(
    model: Path, manifest: AlgorithmManifest
) -> None:
    theirs = source(model)
    theirs[0, 0, np.argmax(theirs[0, 4:].max(axis=0))] += 3  # the surest box is elsewhere

    reason = compared(model, manifest, images=INPUT, output=theirs)

    assert isinstance(reason, str)
    assert "numbers up to 3 apart" in reason
    assert "export again" in reason


@pytest.mark.parametrize("colour", ["rgb", "bgr"])
def test_from_pictures_on_the_manifest_is_tried_as_well(
    model: Path, manifest: AlgorithmManifest, colour: Any
) -> None:
    pictures = np.random.default_rng(1).integers(0, 255, (2, 64, 64, 3)).astype(np.uint8)
    pictures[..., 0] //= 8  # few red
    wants_rgb = pictures.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
    says = manifest.model_copy(update={"input": InputSpec(width=64, height=64, colour=colour)})

    said = compared(model, says, pictures=pictures, output=source(model, wants_rgb))

    if colour == "rgb":
        assert isinstance(said, Parity)
        assert said.from_pictures
        assert said.agrees
    else:
        assert isinstance(said, str)
        assert "input.colour" in said


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"images": INPUT}, "none named output"),
        ({"output": np.zeros((3, 6, 84), np.float32)}, "none named images"),
        ({"images": INPUT, "output": np.zeros((2, 6, 84), np.float32)}, "(2, 6, 84)"),
        ({"images": INPUT, "output": np.full((3, 6, 84), np.nan, np.float32)}, "finite"),
        ({"images": INPUT.astype(np.float64)}, "none named output"),
        ({"pictures": INPUT, "output": np.zeros((3, 6, 84))}, "'pictures' as uint8"),
        (
            {"images": INPUT.repeat(3, 0), "output": np.zeros((9, 6, 84), np.float32)},
            "(1 to 8, 3, 64, 64)",
        ),
        ({"images": INPUT, "output": np.array([object()])}, "cannot be read"),
    ],
)
def test_a_reference_that_does_not_fit_is_refused_and_says_why(
    model: Path, manifest: AlgorithmManifest, arrays: Arrays, told: str
) -> None:
    reason = compared(model, manifest, **arrays)

    assert isinstance(reason, str)
    assert reason.startswith("the reference: expected")
    assert told in reason


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", bytes(200 * 2**20))
    return packed.getvalue()


def lying() -> bytes:
    """A header that promises a petabyte."""
    packed = io.BytesIO()
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }"
    header = header.ljust(117) + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("images.npy", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK not a zip", "cannot be read"),
        (bomb(), "200 MiB"),
        (lying(), "memory"),
        (b"", "at most 64 MiB, got 0 bytes"),
    ],
    ids=["damaged", "bomb", "lying", "empty"],
)
def test_a_hostile_reference_is_refused_or_contained(
    model: Path, manifest: AlgorithmManifest, content: bytes, told: str
) -> None:
    file = model.with_suffix(".npz")
    file.write_bytes(content)

    (reason,) = check(model, manifest, file, unprotected=True).reasons

    assert told in reason
