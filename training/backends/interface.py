"""What a backend says of the network it made, where the recipe's manifest does not fit it."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from algorithms.manifest import AlgorithmManifest, InputSpec, OutputSpec

_FILE = "interface.json"


class Interface(BaseModel):
    """How a network takes pictures and where its boxes are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: InputSpec
    output: OutputSpec


def write_interface(folder: Path, interface: Interface) -> None:
    """Say how the network made in the run `folder` is to be used."""
    (folder / _FILE).write_text(interface.model_dump_json(indent=2) + "\n", encoding="utf-8")


def suited(manifest: AlgorithmManifest, folder: Path) -> AlgorithmManifest:
    """The recipe's manifest, fitted to the network that the run in `folder` made."""
    file = folder / _FILE
    if not file.is_file():
        return manifest
    said = Interface.model_validate_json(file.read_text(encoding="utf-8"))
    return manifest.model_copy(update={"input": said.input, "output": said.output})
