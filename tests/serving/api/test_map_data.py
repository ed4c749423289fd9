from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from algorithms.admission import Verdict
from serving.api import create_api
from serving.settings import Settings
from serving.store import Store

TILES = "https://tiles.city.lan:8443/{z}/{x}/{y}.png?tk=abc"


def _client(store: Store, token: str, settings: Settings) -> TestClient:
    api = create_api(store, settings, None, lambda model, manifest, reference=None: Verdict([]))
    return TestClient(api, headers={"Authorization": f"Bearer {token}"})


def test_without_settings_the_map_is_a_plain_ground(client: TestClient) -> None:
    assert client.get("/api/v1/map").json() == {
        "tiles": None,
        "style": None,
        "attribution": "",
        "model": None,
    }
    assert client.get("/api/v1/map/model/city.glb").status_code == 404


def test_browsers_may_ask_the_host_of_the_tiles_and_no_other(
    store: Store, token: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, map_tiles=TILES, map_attribution="© 龙眼区")

    answer = _client(store, token, settings).get("/api/v1/map")

    assert (answer.json()["tiles"], answer.json()["attribution"]) == (TILES, "© 龙眼区")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    for what in ("img-src", "connect-src"):
        assert [host for host in policy[what].split() if host.startswith("http")] == [
            "https://tiles.city.lan:8443"
        ]


@pytest.mark.parametrize(
    "address",
    [
        "tiles/{z}/{x}/{y}.png",
        "ftp://tiles.city.lan/{z}",
        "https://a; script-src *//{z}",
        "https://*/{z}",
        "https://user:secret@tiles.city.lan/{z}",
    ],
)
def test_an_address_that_would_open_the_policy_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="map_tiles"):
        Settings(map_tiles=address)


def test_a_tileset_is_served_with_what_lies_beside_it(
    store: Store, token: str, tmp_path: Path
) -> None:
    model = tmp_path / "城区"
    (model / "data").mkdir(parents=True)
    (model / "tileset.json").write_text('{"asset": {"version": "1.1"}}')
    (model / "data" / "楼 1.glb").write_bytes(b"glTF")
    (tmp_path / "secret.txt").write_text("not ours")
    (model / "way-out").symlink_to(tmp_path / "secret.txt")
    settings = Settings(data_dir=tmp_path / "data", map_model=model / "tileset.json")
    client = _client(store, token, settings)

    shown = client.get("/api/v1/map").json()["model"]
    begin = client.get(shown["url"])

    assert (shown["format"], shown["lon"]) == ("3d-tiles", None)
    assert begin.headers["content-type"] == "application/json"
    tile = client.get("/api/v1/map/model/data/楼 1.glb")
    assert (tile.content, tile.headers["content-type"]) == (b"glTF", "model/gltf-binary")
    for path in ("../secret.txt", "%2e%2e/secret.txt", "way-out", "data", "none.glb", "x" * 400):
        answer = client.get(f"/api/v1/map/model/{path}")
        assert (answer.status_code, "not ours" in answer.text) == (404, False), path


def test_of_a_binary_model_only_the_model_is_served(
    store: Store, token: str, visitor: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "city.glb").write_bytes(b"glTF")
    (tmp_path / "notes.txt").write_text("not ours")
    settings = Settings(
        data_dir=tmp_path / "data",
        map_model=tmp_path / "city.glb",
        map_model_lon=114.25,
        map_model_lat=22.72,
        map_model_heading_deg=12,
    )
    client = _client(store, token, settings)

    assert client.get("/api/v1/map").json()["model"] == {
        "format": "gltf",
        "url": "/api/v1/map/model/city.glb",
        "lon": 114.25,
        "lat": 22.72,
        "heading_deg": 12.0,
        "height_m": 0.0,
    }
    assert client.get("/api/v1/map/model/city.glb").content == b"glTF"
    assert client.get("/api/v1/map/model/notes.txt").status_code == 404
    assert visitor.get("/api/v1/map/model/city.glb").status_code == 401


def test_a_model_that_cannot_be_placed_or_read_is_refused() -> None:
    with pytest.raises(ValidationError, match="LONGAN_MAP_MODEL_LON"):
        Settings(map_model=Path("city.glb"))
    with pytest.raises(ValidationError, match=r"expected a \.glb"):
        Settings(map_model=Path("city.ifc"), map_model_lon=1, map_model_lat=1)
