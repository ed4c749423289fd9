"""The manifest inside the model: `algorithm.yaml` as one entry of ONNX's `metadata_props`."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import onnx

from algorithms.errors import ManifestError
from algorithms.manifest import AlgorithmManifest

KEY = "longan.algorithm"
"""Its value is the text of an `algorithm.yaml`."""

LARGEST_BYTES = 256 * 1024


def text_in(proto: onnx.ModelProto) -> str | None:
    """The text of the manifest that a model carries; None where it carries none.

    Of a damaged file it may be no UTF-8: what cannot be read is replaced.
    """
    found: str | bytes | None = next(
        (entry.value for entry in proto.metadata_props if entry.key == KEY), None
    )
    return found.decode(errors="replace") if isinstance(found, bytes) else found


def put(proto: onnx.ModelProto, text: str) -> None:
    """Write the text of a manifest into a model, in the place of one that is there."""
    others = [entry for entry in proto.metadata_props if entry.key != KEY]
    del proto.metadata_props[:]
    proto.metadata_props.extend(others)
    proto.metadata_props.add(key=KEY, value=text)


def disagreements(proto: onnx.ModelProto, manifest: AlgorithmManifest) -> Iterator[str]:
    """What the model's own manifest says otherwise, both sides shown, field by field."""
    text = text_in(proto)
    if text is None:
        return
    try:
        inside = read(text)
    except ManifestError as error:
        yield str(error)
        return
    ours, theirs = _flat(inside.model_dump(mode="json")), _flat(manifest.model_dump(mode="json"))
    for field in sorted(ours.keys() | theirs.keys()):
        if ours.get(field) != theirs.get(field):
            yield (
                f"{field}: expected what {KEY} in the model says, {_told(ours.get(field))}, got "
                f"{_told(theirs.get(field))} in the manifest; correct one of them"
            )


def read(text: str) -> AlgorithmManifest:
    """Understand the text of a manifest that came in a model.

    Raises:
        ManifestError: Too long, not YAML, or a field is missing or wrong.
    """
    if len(text.encode()) > LARGEST_BYTES:
        raise ManifestError(f"{KEY} in the model: expected at most {LARGEST_BYTES} bytes of YAML")
    return AlgorithmManifest.from_yaml(text, where=f"{KEY} in the model")


def _told(value: object) -> str:
    return repr(value)[:100]


def _flat(value: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Nested mappings as one: `input.width`."""
    flat: dict[str, Any] = {}
    for key, inner in value.items():
        if isinstance(inner, dict):
            flat |= _flat(cast("Mapping[str, Any]", inner), f"{before}{key}.")
        else:
            flat[before + key] = inner
    return flat
