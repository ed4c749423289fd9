"""A city model as small as one can be: a red tower, as glTF and as 3D Tiles around it."""

import json
import struct
from pathlib import Path

WIDTH_M, HEIGHT_M = 30.0, 60.0
RED = [1.0, 0.0, 0.0, 1.0]


def write_tileset(folder: Path) -> Path:
    """`tileset.json` with the tower beside it as `tower.glb`, whose foot is the origin."""
    folder.mkdir()
    (folder / "tower.glb").write_bytes(tower())
    half, up = WIDTH_M / 2, HEIGHT_M / 2
    tileset = {
        "asset": {"version": "1.0"},
        "geometricError": 500,
        "root": {
            "boundingVolume": {"box": [0, 0, up, half, 0, 0, 0, half, 0, 0, 0, up]},
            "geometricError": 0,
            "refine": "ADD",
            "content": {"uri": "tower.glb"},
        },
    }
    file = folder / "tileset.json"
    file.write_text(json.dumps(tileset))
    return file


def tower() -> bytes:
    """A binary glTF."""
    half = WIDTH_M / 2
    square = [(-half, -half), (half, -half), (half, half), (-half, half)]
    corners = [(x, y, z) for y in (0.0, HEIGHT_M) for x, z in square]
    sides = [(a, b, b + 4, a + 4) for a, b in ((0, 1), (1, 2), (2, 3), (3, 0))]
    faces = [*sides, (3, 2, 1, 0), (4, 5, 6, 7)]
    triangles = [corner for a, b, c, d in faces for corner in (a, c, b, a, d, c)]
    places = struct.pack(
        f"<{3 * len(corners)}f", *(value for corner in corners for value in corner)
    )
    order = struct.pack(f"<{len(triangles)}H", *triangles)
    glow = {"baseColorFactor": RED, "metallicFactor": 0.0}
    document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [
            {"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]},
        ],
        "materials": [
            {"pbrMetallicRoughness": glow, "emissiveFactor": RED[:3], "doubleSided": True}
        ],
        "buffers": [{"byteLength": len(places) + len(order)}],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": len(places), "target": 34962},
            {"buffer": 0, "byteOffset": len(places), "byteLength": len(order), "target": 34963},
        ],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": len(corners),
                "type": "VEC3",
                "min": [-half, 0.0, -half],
                "max": [half, HEIGHT_M, half],
            },
            {"bufferView": 1, "componentType": 5123, "count": len(triangles), "type": "SCALAR"},
        ],
    }
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary = places + order
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
