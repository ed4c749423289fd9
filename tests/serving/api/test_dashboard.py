from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from algorithms.admission import Verdict
from serving.api import create_api
from serving.settings import Settings
from serving.store import Store

PAGE = {"Accept": "text/html,application/xhtml+xml"}


def test_the_dashboard_is_served_with_its_own_pages(visitor: TestClient) -> None:
    for path in ("/", "/cameras/01JX", "/index.html"):
        answer = visitor.get(path, headers=PAGE)

        assert answer.status_code == 200, path
        assert "<title>Longan</title>" in answer.text


def test_its_assets_are_kept_and_its_pages_are_asked_again(visitor: TestClient) -> None:
    asset = visitor.get("/assets/app-1a2b.js")

    assert asset.text == "wall()"
    assert "immutable" in asset.headers["cache-control"]
    assert visitor.get("/", headers=PAGE).headers["cache-control"] == "no-cache"
    assert visitor.get("/assets/app-gone.js").status_code == 404


def test_every_answer_carries_the_policy(visitor: TestClient) -> None:
    for path in ("/", "/healthz", "/api/v1/cameras", "/assets/app-gone.js"):
        headers = visitor.get(path).headers

        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_browser_is_told_to_stay_with_tls_and_only_over_tls(app: FastAPI) -> None:
    name = "Strict-Transport-Security"
    with TestClient(app, base_url="https://longan.lan") as over_tls:
        assert "max-age" in over_tls.get("/").headers[name]
        assert name not in over_tls.get("http://longan.lan/").headers
        assert "camera=()" in over_tls.get("/").headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/../secret",
        "/assets/../../secret",
        "/%2e%2e/secret",
        "/assets/%2e%2e/%2e%2e/secret",
        "/..%2fsecret",
        "/assets/..%5c..%5csecret",
        "//secret",
        "/assets/link",
    ],
)
def test_nothing_outside_of_the_dashboard_is_served(
    app: FastAPI, settings: Settings, path: str
) -> None:
    secret = settings.dashboard_dir.parent / "secret"
    secret.write_text("hunter2")
    (settings.dashboard_dir / "assets" / "link").symlink_to(secret)
    with TestClient(app) as client:
        # As it is, not as a client would tidy it up.
        answer = client.get("/", extensions={"target": path.encode()})
        raw = client.request("GET", f"http://testserver{path}")

    assert "hunter2" not in answer.text + raw.text


def test_an_unknown_api_path_is_never_a_page(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing", headers=PAGE)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_dashboard_that_was_not_built_says_how(store: Store, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, dashboard_dir=tmp_path / "none")

    with TestClient(
        create_api(store, settings, None, lambda model, manifest, reference=None: Verdict([]))
    ) as client:
        answer = client.get("/", headers=PAGE)

    assert answer.status_code == 404
    assert "make dashboard" in answer.json()["detail"]


def test_large_files_are_compressed_on_the_way(visitor: TestClient, settings: Settings) -> None:
    (settings.dashboard_dir / "assets" / "large-1a2b.js").write_text("wall();" * 1000)

    asset = visitor.get("/assets/large-1a2b.js", headers={"Accept-Encoding": "gzip"})

    assert asset.text == "wall();" * 1000
    assert asset.headers["content-encoding"] == "gzip"
    assert visitor.get("/assets/app-1a2b.js").headers.get("content-encoding") is None
