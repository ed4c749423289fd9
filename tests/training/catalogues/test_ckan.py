from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from training.catalogues.catalogue import find_file, kept
from training.catalogues.ckan import Ckan
from training.catalogues.http import Http
from training.errors import CatalogueError

from .conftest import MakeHttp, recorded
from .documented import MD5, SHA256
from .site import Answer, Site, ranged


def with_file(url: str, **change: Any) -> dict[str, Any]:
    answer = recorded("package_show.json")
    answer["result"]["resources"][0] |= {"url": url} | change
    return answer


def test_a_search_gives_what_a_real_ckan_says(site: Site, http: Http) -> None:
    site.put("/api/3/action/package_search", Answer(recorded("package_search.json")))

    found = Ckan(http, site.url).search("helmet", limit=3)

    assert site.asked[0].query == {"q": "helmet", "start": "0", "rows": "3"}
    assert (found.total, found.next_cursor) == (12, "3")
    first = found.items[0]
    assert (first.id, first.publisher) == ("helmet-snapshots-0", "龙岗交警")
    assert first.title == "电动自行车头盔抓拍 0"
    assert first.licence
    assert (first.licence.text, first.licence.spdx) == ("Creative Commons Attribution", "CC-BY-4.0")
    assert first.updated_at == datetime(2026, 11, 24, 1, 54, 11, 219944, UTC)
    assert [(file.name, file.sha256) for file in first.files] == [("manifest.csv", None)]


def test_the_pages_of_a_search_follow_each_other(site: Site, http: Http) -> None:
    site.put("/api/3/action/package_search", Answer(recorded("package_search.json")))
    ckan = Ckan(http, site.url)

    ckan.search("helmet", cursor="9", limit=3)

    assert site.asked[0].query["start"] == "9"
    assert ckan.search("helmet", cursor="9", limit=3).next_cursor is None
    with pytest.raises(CatalogueError, match="expected the next_cursor"):
        ckan.search("helmet", cursor="last one")


def test_a_fetched_file_keeps_its_licence_publisher_time_and_hash(
    site: Site, http: Http, tmp_path: Path
) -> None:
    url = f"{site.url}/files/m.csv"
    site.put("/api/3/action/package_show", Answer(with_file(url, hash=f"sha256:{SHA256}")))
    site.put("/files/m.csv", ranged(b"a"))
    ckan = Ckan(http, site.url)
    dataset = ckan.describe("helmet-snapshots-5")

    record = ckan.fetch(dataset, dataset.files[0], tmp_path / "new")

    file = tmp_path / "new" / "manifest.csv"
    assert file.read_bytes() == b"a"
    assert (tmp_path / "new" / "manifest.csv.source.json").is_file()
    assert kept(file) == record
    assert record.sha256 == SHA256
    assert (record.publisher, record.source_url, record.etag) == ("龙岗交警", url, '"1"')
    assert record.licence
    assert record.licence.spdx == "CC-BY-4.0"
    assert record.updated_at == datetime(2026, 11, 24, 1, 54, 11, 538998, UTC)


def test_an_unchanged_file_does_not_come_again_and_a_damaged_one_does(
    site: Site, http: Http, tmp_path: Path
) -> None:
    site.put("/api/3/action/package_show", Answer(with_file(f"{site.url}/m.csv")))
    site.put("/m.csv", ranged(b"a"))
    ckan = Ckan(http, site.url)
    dataset = ckan.describe("x")
    first = ckan.fetch(dataset, dataset.files[0], tmp_path)

    assert ckan.fetch(dataset, dataset.files[0], tmp_path) == first
    assert site.asked[-1].headers["if-none-match"] == '"1"'
    (tmp_path / "manifest.csv").write_bytes(b"bad")
    ckan.fetch(dataset, dataset.files[0], tmp_path)

    assert "if-none-match" not in site.asked[-1].headers
    assert (tmp_path / "manifest.csv").read_bytes() == b"a"


@pytest.mark.parametrize(("kind", "promised"), [("SHA-256", SHA256), ("MD5", MD5)])
def test_another_file_than_promised_is_refused(
    site: Site, http: Http, tmp_path: Path, kind: str, promised: str
) -> None:
    site.put("/api/3/action/package_show", Answer(with_file(f"{site.url}/m", hash=promised)))
    site.put("/m", Answer(b"b"))
    ckan = Ckan(http, site.url)
    dataset = ckan.describe("x")

    with pytest.raises(CatalogueError, match=f"promises {kind} {promised}"):
        ckan.fetch(dataset, dataset.files[0], tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_two_files_of_one_name_do_not_overwrite_each_other(
    site: Site, http: Http, tmp_path: Path
) -> None:
    answer = with_file(f"{site.url}/1")
    other = answer["result"]["resources"][0] | {"id": "other", "url": f"{site.url}/2"}
    answer["result"]["resources"].append(other)
    site.put("/api/3/action/package_show", Answer(answer))
    site.put("/1", Answer(b"1"))
    site.put("/2", Answer(b"2"))
    ckan = Ckan(http, site.url)
    dataset = ckan.describe("x")

    names = {ckan.fetch(dataset, file, tmp_path).file for file in dataset.files}

    assert {(tmp_path / name).read_bytes() for name in names} == {b"1", b"2"}


def test_an_entry_cannot_lead_to_a_private_address(site: Site, http: Http, tmp_path: Path) -> None:
    url = f"http://localhost:{site.port}/secret"
    site.put("/api/3/action/package_show", Answer(with_file(url)))
    ckan = Ckan(http, site.url)
    dataset = ckan.describe("x")

    with pytest.raises(CatalogueError, match="private address"):
        ckan.fetch(dataset, dataset.files[0], tmp_path)

    assert len(site.asked) == 1


def test_a_name_cannot_lead_out_of_the_folder(site: Site, http: Http, tmp_path: Path) -> None:
    show = with_file(f"{site.url}/m", name="../../../etc/passwd")
    site.put("/api/3/action/package_show", Answer(show))
    site.put("/m", Answer(b"a"))
    ckan = Ckan(http, site.url)
    dataset = ckan.describe("x")

    ckan.fetch(dataset, dataset.files[0], tmp_path / "deep")

    assert {path.parent for path in tmp_path.rglob("*") if path.is_file()} == {tmp_path / "deep"}


def test_its_key_goes_to_its_own_host_only(site: Site, make_http: MakeHttp, tmp_path: Path) -> None:
    files = Site()
    try:
        site.put("/api/3/action/package_show", Answer(with_file(f"{files.url}/m")))
        files.put("/m", Answer(b"a"))
        ckan = Ckan(make_http(catalogue_keys={"127.0.0.1": "kkk", "ckan": "other"}), site.url)
        dataset = ckan.describe("x")
        ckan.fetch(dataset, dataset.files[0], tmp_path)
    finally:
        files.close()

    assert site.asked[0].headers["authorization"] == "kkk"
    assert "authorization" not in files.asked[0].headers


def test_its_refusal_is_told_in_its_words(site: Site, http: Http) -> None:
    refusal = {"success": False, "error": {"__type": "Search Error", "message": "bad query"}}
    site.put("/api/3/action/package_search", Answer(refusal))

    with pytest.raises(CatalogueError, match="package_search: refused: bad query"):
        Ckan(http, site.url).search("(")


def test_a_file_that_is_not_there_names_those_that_are(site: Site, http: Http) -> None:
    site.put("/api/3/action/package_show", Answer(recorded("package_show.json")))
    dataset = Ckan(http, site.url).describe("x")

    assert find_file(dataset, "manifest.csv") == dataset.files[0]
    with pytest.raises(CatalogueError, match="it has d10ef254"):
        find_file(dataset, "pictures.zip")
