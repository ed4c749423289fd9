"""Socrata, Opendatasoft and Shenzhen: catalogues whose data are rows."""

import json
from pathlib import Path

import pytest

from training.catalogues import shenzhen, socrata
from training.catalogues.http import Http
from training.catalogues.opendatasoft import Opendatasoft
from training.catalogues.shenzhen import Shenzhen
from training.catalogues.socrata import Socrata
from training.errors import CatalogueError

from .conftest import MakeHttp
from .documented import discovery, find_page, ods_attachments, ods_dataset, sz_entry
from .site import Answer, Asked, Site, ranged

KEYS = {"127.0.0.1": "kkk"}


def rows_of(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_socrata_searches_its_own_portal(site: Site, http: Http) -> None:
    site.put("/api/catalog/v1", Answer(discovery("aaaa-0001", "aaaa-0002", total=3)))

    found = Socrata(http, site.url).search("bicycle", limit=2)

    assert (found.total, found.next_cursor) == (3, "2")
    assert site.asked[0].query["domains"] == "127.0.0.1"
    assert site.asked[0].query["only"] == "datasets"
    dataset = found.items[0]
    assert (dataset.id, dataset.publisher) == ("aaaa-0001", "Department of Transportation (DOT)")
    assert dataset.licence
    assert dataset.licence.spdx == "CC-BY-4.0"


def test_socrata_without_a_token_reads_soda2(
    site: Site, http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socrata, "PAGE_ROWS", 2)
    site.put("/api/catalog/v1", Answer(discovery("aaaa-0001")))
    site.put("/resource/aaaa-0001.json", Answer([{"n": "1"}, {"n": "2"}]), Answer([{"n": "三"}]))
    catalogue = Socrata(http, site.url)
    dataset = catalogue.describe("aaaa-0001")

    record = catalogue.fetch(dataset, dataset.files[0], tmp_path)

    assert rows_of(tmp_path / record.file) == [{"n": "1"}, {"n": "2"}, {"n": "三"}]
    assert [asked.query["$offset"] for asked in site.asked[1:]] == ["0", "2"]
    assert {asked.query["$order"] for asked in site.asked[1:]} == {":id"}
    assert record.media_type == "application/jsonl"


def test_socrata_with_a_token_reads_soda3(
    site: Site, make_http: MakeHttp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socrata, "PAGE_ROWS", 1)
    site.put("/api/catalog/v1", Answer(discovery("aaaa-0001")))
    site.put("/api/v3/views/aaaa-0001/query.json", Answer([{"n": "1"}]), Answer([]))
    catalogue = Socrata(make_http(catalogue_keys=KEYS), site.url)
    dataset = catalogue.describe("aaaa-0001")

    record = catalogue.fetch(dataset, dataset.files[0], tmp_path)

    assert rows_of(tmp_path / record.file) == [{"n": "1"}]
    order = json.loads(site.asked[2].body)
    assert (site.asked[2].method, order["page"]["pageNumber"]) == ("POST", 2)
    assert site.asked[2].headers["x-app-token"] == "kkk"
    assert "kkk" not in (tmp_path / f"{record.file}.source.json").read_text()


def test_a_page_that_fails_leaves_no_half_table(
    site: Site, http: Http, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socrata, "PAGE_ROWS", 1)
    site.put("/api/catalog/v1", Answer(discovery("aaaa-0001")))
    site.put("/resource/aaaa-0001.json", Answer([{"n": "1"}]), Answer({"error": True}))
    catalogue = Socrata(http, site.url)
    dataset = catalogue.describe("aaaa-0001")

    with pytest.raises(CatalogueError, match="SODA2: expected a JSON array, got dict"):
        catalogue.fetch(dataset, dataset.files[0], tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_table_that_is_not_there_is_named(site: Site, http: Http) -> None:
    site.put("/api/catalog/v1", Answer(discovery()))

    with pytest.raises(CatalogueError, match="no table 'zzzz-9999'"):
        Socrata(http, site.url).describe("zzzz-9999")


ODS = "/api/explore/v2.1/catalog/datasets"


def test_opendatasoft_pages_as_far_as_it_may(site: Site, http: Http) -> None:
    answer = {"total_count": 20_000, "results": [ods_dataset("velos")]}
    site.put(ODS, Answer(answer))
    catalogue = Opendatasoft(http, site.url)

    found = catalogue.search('casque "x"', limit=1)
    last = catalogue.search("", cursor="9999", limit=1)

    assert site.asked[0].query == {"offset": "0", "limit": "1", "where": 'search("casque \\"x\\"")'}
    assert (found.total, found.next_cursor, last.next_cursor) == (20_000, "1", None)
    assert "where" not in site.asked[1].query
    dataset = found.items[0]
    assert (dataset.id, dataset.publisher) == ("velos", "Ville de Paris")
    assert dataset.licence
    assert dataset.licence.spdx == "ODbL-1.0"


def test_opendatasoft_offers_records_and_attachments(
    site: Site, make_http: MakeHttp, tmp_path: Path
) -> None:
    elsewhere = Site()
    try:
        zipped = f"{elsewhere.url}/pictures.zip"
        site.put(f"{ODS}/velos", Answer(ods_dataset("velos", attachments=True)))
        site.put(f"{ODS}/velos/attachments", Answer(ods_attachments(zipped)))
        site.put(f"{ODS}/velos/exports/csv", ranged(b"x\n1\n"))
        elsewhere.put("/pictures.zip", ranged(b"PK"))
        catalogue = Opendatasoft(make_http(catalogue_keys=KEYS), site.url)
        dataset = catalogue.describe("velos")

        records = [catalogue.fetch(dataset, file, tmp_path) for file in dataset.files]
    finally:
        elsewhere.close()

    assert [record.file for record in records] == ["velos.csv", "pictures.zip"]
    assert site.asked[-1].headers["authorization"] == "Apikey kkk"
    assert "authorization" not in elsewhere.asked[0].headers


LIST = "/data/dataSet/findPage"


def form(asked: Asked) -> str:
    return asked.body.decode()


def test_shenzhens_list_is_looked_through_page_by_page(
    site: Site, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shenzhen, "PAGE_ENTRIES", 2)
    first = find_page(sz_entry(1), sz_entry(2, "树木"))
    second = find_page(sz_entry(3), sz_entry(4))
    site.put(LIST, Answer(first), Answer(second), Answer(second), Answer(find_page(sz_entry(5))))
    catalogue = Shenzhen(http, site.url)

    one = catalogue.search("共享单车 订单", limit=2)
    two = catalogue.search("共享单车 订单", one.next_cursor, limit=2)

    assert [d.id for d in one.items] == ["29200_00000001", "29200_00000003"]
    assert [d.id for d in two.items] == ["29200_00000004", "29200_00000005"]
    assert "pageNo=2" in form(site.asked[2])
    assert one.items[0].publisher == "深圳市交通运输局"
    with pytest.raises(CatalogueError, match="expected the next_cursor"):
        catalogue.search("", "17")


def test_shenzhen_gives_up_looking_after_some_pages_and_says_where(
    site: Site, http: Http, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shenzhen, "PAGE_ENTRIES", 1)
    site.put(LIST, Answer(find_page(sz_entry(1))))

    found = Shenzhen(http, site.url).search("没有")

    assert (found.items, found.next_cursor) == ((), f"{1 + shenzhen.SCANNED_PAGES}:0")


def test_shenzhens_rows_come_with_the_appkey_and_without_it_in_the_record(
    site: Site, make_http: MakeHttp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shenzhen, "PAGE_ROWS", 1)
    site.put("/data/catalog/selectDataCatalogByResId", Answer(sz_entry(403627)))
    page = {"total": 1, "data": [{"START_LAT": "22.5"}]}
    empty: dict[str, object] = {"total": 1, "data": []}
    site.put("/api/29200_00403627/1/service.xhtml", Answer(page), Answer(empty))
    catalogue = Shenzhen(make_http(catalogue_keys=KEYS), site.url)
    dataset = catalogue.describe("29200_00403627")

    record = catalogue.fetch(dataset, dataset.files[0], tmp_path)

    assert form(site.asked[0]) == "resId=29200%2F00403627"
    assert rows_of(tmp_path / record.file) == [{"START_LAT": "22.5"}]
    assert site.asked[1].query == {"page": "1", "rows": "1", "appKey": "kkk"}
    assert "kkk" not in (tmp_path / f"{record.file}.source.json").read_text()
    assert record.updated_at


def test_shenzhens_error_in_the_body_is_an_error_without_the_key(
    site: Site, make_http: MakeHttp, tmp_path: Path
) -> None:
    site.put("/data/catalog/selectDataCatalogByResId", Answer(sz_entry(1)))
    refusal = {"errorCode": "10002", "message": "appKey kkk 无效"}
    site.put("/api/29200_00000001/1/service.xhtml", Answer(refusal))
    catalogue = Shenzhen(make_http(catalogue_keys=KEYS), site.url)
    dataset = catalogue.describe("29200_00000001")

    with pytest.raises(CatalogueError, match=r"refused \(10002\): appKey \*\*\* 无效"):
        catalogue.fetch(dataset, dataset.files[0], tmp_path)


def test_shenzhens_rows_without_a_key_say_where_to_get_one(
    site: Site, http: Http, tmp_path: Path
) -> None:
    site.put("/data/catalog/selectDataCatalogByResId", Answer(sz_entry(1)))
    catalogue = Shenzhen(http, site.url)
    dataset = catalogue.describe("29200_00000001")

    with pytest.raises(CatalogueError, match="LONGAN_CATALOGUE_KEYS"):
        catalogue.fetch(dataset, dataset.files[0], tmp_path)

    assert len(site.asked) == 1
