import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from algorithms.admission.files import LARGEST_MIB, open_model
from algorithms.errors import AdmissionError

MakeNetwork = Callable[..., onnx.ModelProto]
Save = Callable[[onnx.ModelProto], Path]


def reason_against(path: Path) -> str:
    with pytest.raises(AdmissionError) as refused:
        open_model(path).close()
    assert len(refused.value.reasons) == 1
    return refused.value.reasons[0]


def test_a_plain_file_is_opened_at_its_start(make_network: MakeNetwork, save: Save) -> None:
    network = make_network()

    with open_model(save(network)) as file:
        assert file.read() == network.SerializeToString()


def test_a_zip_is_refused(make_network: MakeNetwork, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model.onnx", make_network().SerializeToString())

    assert "got a zip archive" in reason_against(path)


def test_a_tar_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with tarfile.open(path, "w") as archive:
        archive.addfile(tarfile.TarInfo("model.onnx"), io.BytesIO())

    assert "got a tar archive" in reason_against(path)


def test_the_runtime_s_own_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x18\x00\x00\x00ORTM" + bytes(64))

    assert "ONNX Runtime's own format" in reason_against(path)


def test_a_symbolic_link_is_refused(make_network: MakeNetwork, save: Save, tmp_path: Path) -> None:
    link = tmp_path / "link.onnx"
    link.symlink_to(save(make_network()))

    assert "got a symbolic link" in reason_against(link)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "got a folder" in reason_against(tmp_path)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")

    assert "a pipe" in reason_against(tmp_path / "pipe.onnx")


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").touch()

    assert "got an empty file" in reason_against(tmp_path / "model.onnx")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "No such file" in reason_against(tmp_path / "model.onnx")


def test_a_file_over_the_cap_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.touch()
    os.truncate(path, (LARGEST_MIB + 1) * 2**20)

    assert f"at most {LARGEST_MIB} MiB, got 257 MiB" in reason_against(path)
