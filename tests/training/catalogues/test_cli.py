import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from training.catalogues.cli import app
from training.errors import CatalogueError

from .conftest import recorded
from .documented import data_json, nyc_camera, traffic_images
from .site import Answer, Asked, Site

PICTURE = "https://pictures.example.org/1.jpg"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LONGAN_CATALOGUE_PRIVATE_HOSTS", '["127.0.0.1"]')
    monkeypatch.setenv("LONGAN_CATALOGUE_PAUSE_S", "0")
    monkeypatch.setenv("LONGAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def data(site: Site) -> str:
    """A `data.json` with one file behind it."""
    site.put("/data.json", Answer(data_json(f"{site.url}/helmets.csv")))
    site.put("/helmets.csv", Answer(b"a"))
    return f"dcat+{site.url}/data.json"


def longan_catalogue(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_search_shows_a_table_or_json(data: str) -> None:
    table = longan_catalogue("search", data, "helmet")
    lines = longan_catalogue("search", data, "--json", "--limit", "1")

    assert "Helmet survey" in table.stdout
    assert "PDDL-1.0" in table.stdout
    assert json.loads(lines.stdout)["title"] == "Helmet survey"
    assert "--cursor 1" in lines.stderr


def test_describe_shows_where_it_is_from(data: str) -> None:
    result = longan_catalogue("describe", data, "https://data.example.gov/id/1")

    assert result.exit_code == 0, result.output
    assert "publisher: City of Example" in result.stdout
    assert "licence: PDDL-1.0" in result.stdout
    assert "helmets.csv" in result.stdout


def test_fetch_brings_all_files_with_their_records(data: str, tmp_path: Path) -> None:
    result = longan_catalogue("fetch", data, "https://data.example.gov/id/1")

    assert result.exit_code == 0, result.output
    file = Path(result.stdout.strip())
    assert file.is_relative_to(tmp_path / "open-data" / "dcat")
    assert file.read_bytes() == b"a"
    assert json.loads(Path(f"{file}.source.json").read_text())["publisher"] == "City of Example"


def test_fetch_of_a_file_that_is_not_there(data: str) -> None:
    result = longan_catalogue("fetch", data, "https://data.example.gov/id/1", "other.zip")

    assert isinstance(result.exception, CatalogueError)
    assert "no file 'other.zip'" in str(result.exception)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nowhere", "no catalogue 'nowhere'; expected one of ckan\\+https"),
        ("ckan", "ckan\\+https://data.example.org"),
        ("ckan+data.example.org", "expected the catalogue's address"),
        ("ckan+http://10.0.0.7", "private address"),
    ],
)
def test_an_address_that_is_none_is_told(where: str, said: str) -> None:
    result = longan_catalogue("search", where)

    assert isinstance(result.exception, CatalogueError)
    with pytest.raises(CatalogueError, match=said):
        raise result.exception


def test_cameras_are_printed_as_orders(site: Site) -> None:
    site.put("/api/cameras", Answer([nyc_camera(PICTURE)]))

    result = longan_catalogue("cameras", f"new-york+{site.url}")

    order = json.loads(result.stdout)
    assert (order["kind"], order["name"]) == ("snapshot", "Worth St @ Centre St")


def test_cameras_are_registered_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[dict[str, object]] = []

    def cameras(asked: Asked) -> Answer:
        assert asked.headers["authorization"] == "Bearer t0ken"
        if asked.method == "POST":
            registered.append(json.loads(asked.body))
            return Answer({"id": f"camera-{len(registered)}"}, 201)
        items = [{"spec": {"url": order["url"]}} for order in registered]
        return Answer({"items": items, "next_cursor": None})

    monkeypatch.setenv("LONGAN_URL", site.url)
    monkeypatch.setenv("LONGAN_TOKEN", "t0ken")
    site.put("/api/cameras", Answer([nyc_camera(PICTURE)]))
    site.put("/api/v1/cameras", cameras)

    first = longan_catalogue("cameras", f"new-york+{site.url}", "--register")
    second = longan_catalogue("cameras", f"new-york+{site.url}", "--register")

    assert (first.stdout, second.stdout) == ("camera-1\n", "")
    assert [order["url"] for order in registered] == [PICTURE]


def test_a_network_whose_addresses_change_has_no_cameras_to_register(site: Site) -> None:
    site.put("/v1/transport/traffic-images", Answer(traffic_images(PICTURE)))

    result = longan_catalogue("cameras", f"singapore+{site.url}")

    assert isinstance(result.exception, CatalogueError)
    assert "fetch pictures instead" in str(result.exception)


def test_a_catalogue_without_files_says_so(site: Site) -> None:
    answer = recorded("package_show.json")
    answer["result"]["resources"] = []
    site.put("/api/3/action/package_show", Answer(answer))

    result = longan_catalogue("fetch", f"ckan+{site.url}", "x")

    assert isinstance(result.exception, CatalogueError)
    assert "offers no file" in str(result.exception)
