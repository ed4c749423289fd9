"""The class names some exporters leave in the file, held against the manifest's order."""

import ast
import re
from collections.abc import Iterator
from typing import cast

import onnx

from algorithms.admission.wording import shown
from algorithms.manifest import AlgorithmManifest


def check_class_order(proto: onnx.ModelProto, manifest: AlgorithmManifest) -> Iterator[str]:
    """Refuse the same names in another order; a team may rename its classes freely.

    Ultralytics writes `names: {0: 'person', 1: 'traffic light', …}`.
    """
    inside = [_plain(name) for name in _names(proto)]
    outside = [_plain(key) for key in manifest.class_names]
    if inside != outside and sorted(inside) == sorted(outside):
        yield (
            f"classes: expected the model's own order {shown(', '.join(inside), 150)}, got "
            f"{shown(', '.join(outside), 150)} in the manifest; put its classes into that order"
        )


def _names(proto: onnx.ModelProto) -> list[str]:
    text = next((entry.value for entry in proto.metadata_props if entry.key == "names"), "")
    try:
        names: object = ast.literal_eval(text[:100_000])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []  # some other exporter's note: not ours to judge
    if isinstance(names, dict):
        numbered = cast("dict[object, object]", names)
        return [str(numbered.get(i, "")) for i in range(len(numbered))]
    return []


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
